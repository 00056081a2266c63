import LoadGenerator
import Testing

@Suite struct MixTests {
  @Test func aMixHasEachOperationInItsShare() throws {
    let mix = try #require(Mix(text: "# a shop\nuse 6\nfund 3  # with notes\n\ncheck 1\n", name: "shop"))
    #expect(mix.name == "shop")
    #expect(mix.description == "use 6, fund 3, check 1")
    #expect(mix.deck.count == 10)
    for (operation, share) in mix.parts { #expect(mix.deck.filter { $0 == operation }.count == share) }
    // In every stretch, not one after the other.
    #expect(mix.deck.prefix(5).filter { $0 == .use }.count == 3)
    #expect(!mix.usesWords)
  }

  @Test(arguments: ["", "# nothing", "use", "use 0", "use 1001", "use one", "borrow 1", "use 1\nuse 2", "use 1 2"])
  func whatIsNoMixIsRefused(text: String) { #expect(Mix(text: text, name: "x") == nil) }
}
