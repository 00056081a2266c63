internal import CCurl
import Cashu
import MintClient
import Testing

extension MintClientTests {
  @Suite struct OriginTests {
    /// A text and its normal form.
    private static let normalForms: [(String, String)] = [
      ("https://mint.example", "https://mint.example"),
      ("https://mint.example/", "https://mint.example"),
      ("HTTPS://Mint.EXAMPLE", "https://mint.example"),
      ("https://mint.example:443", "https://mint.example"),
      ("https://mint.example:443/", "https://mint.example"),
      ("https://mint.example:80", "https://mint.example:80"),
      ("https://mint.example:65535", "https://mint.example:65535"),
      ("https://mint.example:1", "https://mint.example:1"),
      ("https://mint.example/Bitcoin", "https://mint.example/Bitcoin"),
      ("https://mint.example/Bitcoin/", "https://mint.example/Bitcoin"),
      ("https://mint.example:3338/a/b-c._~!$&'()*+,;=:@", "https://mint.example:3338/a/b-c._~!$&'()*+,;=:@"),
      ("https://mint.example/...a", "https://mint.example/...a"),
      ("https://mint.example/.well-known/a", "https://mint.example/.well-known/a"),
      ("https://xn--mnt-sna.example", "https://xn--mnt-sna.example"),
      ("https://a.b.c.d.e", "https://a.b.c.d.e"),
      ("https://1.2.3.4.example", "https://1.2.3.4.example"),
      ("https://8333.space:3338", "https://8333.space:3338"),
      ("https://mint", "https://mint"),
      ("https://a-b.c1", "https://a-b.c1"),
      ("https://1.2.3.4", "https://1.2.3.4"),
      ("https://0.0.0.0", "https://0.0.0.0"),
      ("https://255.255.255.255:8443", "https://255.255.255.255:8443"),
      ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
      ("https://[2001:db8:0:0:0:0:0:1]:443/", "https://[2001:db8::1]"),
      ("https://[2001:0db8::0001]:8443", "https://[2001:db8::1]:8443"),
      ("https://[2001:db8:0:1:1:1:1:1]", "https://[2001:db8:0:1:1:1:1:1]"),
      ("https://[2001:db8:0:0:1:0:0:1]", "https://[2001:db8::1:0:0:1]"),
      ("https://[1:0:0:2:0:0:0:3]", "https://[1:0:0:2::3]"),
      ("https://[1:2:3:4:5:6:7::]", "https://[1:2:3:4:5:6:7:0]"),
      ("https://[::2:3:4:5:6:7:8]", "https://[0:2:3:4:5:6:7:8]"),
      ("https://[fe80::]", "https://[fe80::]"),
      ("https://[::]", "https://[::]"),
      ("http://localhost:3338", "http://localhost:3338"),
      ("http://LOCALHOST", "http://localhost"),
      ("http://localhost:80/", "http://localhost"),
      ("http://localhost:443", "http://localhost:443"),
      ("http://127.0.0.1:3338", "http://127.0.0.1:3338"),
      ("http://127.255.3.4", "http://127.255.3.4"),
      ("http://[::1]:3338/x", "http://[::1]:3338/x"),
      ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
    ]

    @Test(arguments: normalForms.indices)
    func aTextHasOneNormalForm(index: Int) throws {
      let (text, normal) = Self.normalForms[index]
      let origin = try MintOrigin(text)
      #expect(origin.description == normal)
      #expect(try MintOrigin(normal) == origin)
      #expect(origin.isNamed(by: text.utf8))
      #expect(origin.isNamed(by: normal.utf8))
    }

    /// Texts that are no origins, by the reason.
    private static let refused: [(MintOriginError, [String])] = [
      (
        .scheme,
        [
          "", "mint.example", "//mint.example", "https:mint.example", "https:/mint.example", "ftp://mint.example",
          "httpss://mint.example", " https://mint.example", "file:///etc/passwd", "https\u{0}://mint.example",
          "://mint.example", "\u{212a}ttps://mint.example", "http\u{17f}://mint.example",
        ]
      ),
      (
        .host,
        [
          "https://", "https:///", "https:///path", "https://:443", "https://.", "https://mint.example.",
          "https://.mint.example", "https://mint..example", "https://-mint.example", "https://mint-.example",
          "https://mint_a.example", "https://mint example", "https://mint.example ", "https://mint.example\t",
          "https://mint.example\r\n", "https://mint.example\u{0}", "https://mint%2eexample",
          "https://m\u{ef}nt.example", "https://mint\u{3002}example", "https://mint.example\\",
          "https://mint.example?a", "https://mint.example#a", "https://mint.example\u{7f}", "https://*.example",
          "https://1.2.3", "https://1.2.3.4.5", "https://256.1.1.1", "https://1.2.3.04", "https://01.2.3.4",
          "https://127.1", "https://2130706433", "https://0x7f000001", "https://0x7f.0.0.1", "https://1.2.3.4.",
          "https://1..2.3", "https://mint.0x1", "https://mint.1", "https://mint.1a", "https://+1.2.3.4",
          "https://1.2.3.-4", "https://[", "https://]", "https://[]", "https://[:]", "https://[:::]", "https://[1]",
          "https://[1:2:3:4:5:6:7]", "https://[1:2:3:4:5:6:7:8:9]", "https://[1:2:3:4:5:6:7:8::]",
          "https://[1::2::3]", "https://[12345::]", "https://[g::]", "https://[::1%25eth0]", "https://[::1%eth0]",
          "https://[::+1]", "https://[::ffff:1.2.3.4]", "https://[::1]a", "https://a[::1]", "https://[::1",
          "https://::1", "https://1:2:3:4:5:6:7:8", "https://[1:2:3:4:5:6:7:8:]", "https://[:1:2:3:4:5:6:7]",
          "https://[v1.a]", "https://[[::1]]", "https://[::1]]", "https://[::1]:443]",
        ]
      ),
      (
        .userInformation,
        [
          "https://mint.example\\@other.example", "https://user@mint.example", "https://user:pass@mint.example",
          "https://@mint.example", "https://mint.example:443@other.example",
        ]
      ),
      (
        .port,
        [
          "https://a:2:3:4", "https://mint.example:", "https://mint.example:0", "https://mint.example:00443",
          "https://mint.example:65536", "https://mint.example:+443", "https://mint.example:-1",
          "https://mint.example:44a", "https://mint.example: 443", "https://mint.example:443:443",
          "https://mint.example:99999999999999999999", "https://mint.example:443?a", "https://[::1]:",
          "https://mint.example:\u{664}",
        ]
      ),
      (
        .path,
        [
          "https://mint.example//", "https://mint.example/a//", "https://mint.example//a",
          "https://mint.example/a//b", "https://mint.example/.", "https://mint.example/..", "https://mint.example/./",
          "https://mint.example/a/../b", "https://mint.example/a/..", "https://mint.example/...",
          "https://mint.example/%2e", "https://mint.example/a%20b", "https://mint.example/a b",
          "https://mint.example/?", "https://mint.example/?a=b", "https://mint.example/#", "https://mint.example/a#b",
          "https://mint.example/a\\b", "https://mint.example/\u{e9}", "https://mint.example/a\n",
          "https://mint.example/a\u{0}", "https://mint.example/{a}", "https://mint.example/[a]",
          "https://mint.example/a|b", "https://mint.example/\"",
        ]
      ),
      (
        .plainHTTP,
        [
          "http://mint.example", "http://10.0.0.1", "http://localhost.example", "http://mint.localhost",
          "http://127.example", "http://127.0.0.example", "http://[::2]", "http://[::]", "http://0.0.0.0",
          "http://128.0.0.1",
        ]
      ),
    ]

    @Test(arguments: refused.indices)
    func whatIsOddIsNoOrigin(index: Int) throws {
      let origin = try MintOrigin("https://mint.example")
      let (reason, texts) = Self.refused[index]
      for text in texts {
        #expect(throws: reason, "\(text.debugDescription)") { try MintOrigin(text) }
        #expect(!origin.isNamed(by: text.utf8))
      }
    }

    @Test func plainHTTPCanBeAllowed() throws {
      let origin = try MintOrigin("http://10.0.0.1:3338", allowsPlainHTTP: true)
      #expect(origin.description == "http://10.0.0.1:3338")
      #expect(!origin.isLoopback)
      // A token that names it is compared with it, whatever it says itself.
      #expect(origin.isNamed(by: "HTTP://10.0.0.1:3338/".utf8))
      #expect(!origin.isNamed(by: "https://10.0.0.1:3338".utf8))
    }

    @Test(arguments: [
      "https://mint.example:8443/a", "http://mint.example/a", "https://mint.example/A", "https://mint.example",
      "https://mint.example/a/b", "https://mint.example/ab", "https://mint.exampl/a", "https://amint.example/a",
      "https://mint.example/a?", "https://mint.example/a#", "https://mint.example/a//", "https://user@mint.example/a",
      "https://mint.example./a", "https://mint.example/./a", "https://mint.example/%61", " https://mint.example/a",
    ])
    func anotherMintIsNotThisOne(text: String) throws {
      #expect(!(try MintOrigin("https://mint.example/a").isNamed(by: text.utf8)))
    }

    @Test func lengths() throws {
      let label = String(repeating: "a", count: 63)
      #expect(try MintOrigin("https://\(label).example").host == "\(label).example")
      #expect(throws: MintOriginError.host) { try MintOrigin("https://a\(label).example") }
      let host = [label, label, label, String(repeating: "a", count: 61)].joined(separator: ".")
      #expect(try MintOrigin("https://\(host)").host.utf8.count == CashuLimits.hostByteCountMax)
      #expect(throws: MintOriginError.host) { try MintOrigin("https://\(host)a") }
      let longest = CashuLimits.originByteCountMax
      let text = "https://mint.example/"
      let path = String(repeating: "a", count: longest - text.utf8.count)
      #expect(try MintOrigin(text + path).path.utf8.count == path.utf8.count + 1)
      #expect(throws: MintOriginError.tooLong) { try MintOrigin(text + path + "a") }
      let origin = try MintOrigin("https://mint.example")
      // What is beyond the limit is not even read.
      let endless = sequence(first: UInt8(ascii: "h")) { $0 }
      #expect(!origin.isNamed(by: endless))
      #expect(!origin.isNamed(by: [0xff, 0xfe, 0x00]))
    }

    /// libcurl, which connects, understands every origin as it is understood here.
    @Test(arguments: normalForms.map(\.0))
    func libcurlReadsTheSame(text: String) throws {
      let origin = try MintOrigin(text)
      guard let url = unsafe curl_url() else {
        Issue.record("no memory")
        return
      }
      defer { unsafe curl_url_cleanup(url) }
      let status = unsafe curl_url_set(url, CURLUPART_URL, "\(origin)/v1/info", UInt32(CURLU_PATH_AS_IS))
      #expect(status == CURLUE_OK)
      func part(_ part: CURLUPart) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(url, part, &value, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let value = unsafe value
        else { return nil }
        defer { unsafe curl_free(value) }
        return unsafe String(cString: value)
      }
      #expect(part(CURLUPART_SCHEME) == origin.scheme.rawValue)
      #expect(part(CURLUPART_HOST) == origin.host)
      #expect(part(CURLUPART_PORT) == String(origin.port))
      #expect(part(CURLUPART_PATH) == origin.path + "/v1/info")
      for absent in [CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT, CURLUPART_ZONEID] {
        #expect(part(absent) == nil)
      }
    }

    // MARK: Requests

    @Test(arguments: ["/v1/swap", "/v1/keys/00ad268c4d1f5826", "/v1/melt/quote/bolt11/a-b_c~d.e=", "/...a"])
    func aPlainPathCanBeAskedFor(path: String) throws {
      #expect(try HTTPRequest(MintOrigin("https://mint.example"), path: path).path == path)
    }

    @Test(arguments: [
      "", "v1", "/", "//", "/v1/", "/v1//a", "/v1/../a", "/..", "/.", "/...", "/a?b", "/a#b", "/a%2fb", "/a b",
      "/a\r\nHost: b", "/a\u{0}", "/\u{e9}", "/a\\b", "@other.example/", ":80/a", ".example/a",
    ])
    func anyOtherPathCannot(path: String) throws {
      let origin = try MintOrigin("https://mint.example")
      #expect(throws: HTTPRequestError.path) { try HTTPRequest(origin, path: path) }
    }

    @Test func sizesOfRequests() throws {
      let origin = try MintOrigin("https://mint.example")
      let path = "/" + String(repeating: "a", count: MintClientLimits.pathByteCountMax - 1)
      #expect(try HTTPRequest(origin, path: path).path == path)
      #expect(throws: HTTPRequestError.path) { try HTTPRequest(origin, path: path + "a") }
      let body = [UInt8](repeating: 0x20, count: MintClientLimits.requestByteCountMax)
      #expect(try HTTPRequest(origin, path: "/a", body: body).body?.count == body.count)
      #expect(throws: HTTPRequestError.body) { try HTTPRequest(origin, path: "/a", body: body + [0x20]) }
      #expect(throws: HTTPRequestError.body) { try HTTPRequest(origin, path: "/a", body: []) }
      for byteCount in [-1, 0, MintClientLimits.answerByteCountMax + 1, .max, .min] {
        #expect(throws: HTTPRequestError.answerByteCount) {
          try HTTPRequest(origin, path: "/a", answerByteCountMax: byteCount)
        }
      }
    }
  }
}
