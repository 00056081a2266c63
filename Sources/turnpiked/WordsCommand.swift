import ArgumentParser
import Cashu
import Glibc
import Journal
import Payments
import Replay
import TurnpikeCrypto
import WireProtocol

/// `turnpiked words`
struct WordsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "words",
    abstract: "Print the twelve words that a wallet restores the broker's ecash with: they are that money.",
    discussion: """
      Whoever has the words can take all ecash that the broker has swapped for its own, at every mint and in every \
      unit: print them where nobody looks, onto paper or into a safe. They are the same as long as the broker lives, \
      and follow from the master key and the beginning of the journal, so that a copy of both does as well. They are \
      of BIP-39, without a passphrase, and any Cashu wallet that restores by NUT-13 takes them: once for each mint and \
      unit, each time into an empty wallet.

      It is for a broker that is given up, or that cannot be started again. Beside one that runs, or will run again, \
      nobody may spend what the wallet finds, nor let it make new ecash: the broker counts on having the one, and \
      draws the same secrets for the other. Ecash that the broker took, and that it has not swapped yet, is not found \
      by the words.

      Exit status 0: printed; 1: the master key is not there, or not that of the journal; 2: the journal cannot be read.

      EXAMPLES
        turnpiked words --data /var/lib/turnpike
        MINT_URL=https://mint.example.com cashu --unit sat restore
      """)

  @OptionGroup var data: DataDirectory

  func run() throws {
    let genesis = try JournalAccess.catching {
      try JournalGenesis.read(in: try PosixFiles(path: data.journalPath, isExclusive: false))
    }
    guard let genesis else { throw JournalAccess.unreadable(data.journalPath, "the broker's beginning is not in it") }
    let file: MasterKeyFile
    do { file = try MasterKeyFile.load(path: data.keyPath) } catch {
      throw CleanExit.fault("\(data.keyPath): \(error)")
    }
    guard file.keys.value(.tableSeed) == genesis.hashSeed else {
      throw CleanExit.fault("\(data.keyPath): it is not the key of \(data.journalPath)")
    }
    guard let keys = EcashKeys(file.keys, genesis: genesis.now) else { throw CleanExit.fault("there is no memory") }
    writeLine("turnpiked: whoever reads these words can take the broker's ecash", to: STDERR_FILENO)
    guard writeLine(keys.words.text) else {
      throw CleanExit.fault("cannot write the output: \(unsafe String(cString: strerror(errno)))")
    }
  }
}
