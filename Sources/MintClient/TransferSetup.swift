internal import CCurl
internal import Cashu

/// What all requests of a transport have in common, and the whole of what libcurl is told about each.
///
/// Owns the lists of headers, which libcurl does not copy: it outlives every handle it was applied to.
@safe final class TransferSetup {
  private let limits: MintTransportLimits
  /// A file of the authorities that are trusted; nil: the system's.
  private let authoritiesFile: String?
  private let getHeaders: UnsafeMutablePointer<curl_slist>?
  private let postHeaders: UnsafeMutablePointer<curl_slist>?

  init(limits: MintTransportLimits, authoritiesFile: String?) {
    self.limits = limits
    self.authoritiesFile = authoritiesFile
    unsafe getHeaders = curl_slist_append(nil, "Accept: application/json")
    // The answer to a request that waits for "100 Continue" comes a second later from servers that don't know of it.
    unsafe postHeaders = curl_slist_append(
      curl_slist_append(curl_slist_append(nil, "Accept: application/json"), "Content-Type: application/json"), "Expect:"
    )
  }

  deinit {
    unsafe curl_slist_free_all(getHeaders)
    unsafe curl_slist_free_all(postHeaders)
  }

  /// HTTP/1.1 to that very origin, over TLS with its certificate checked or without TLS, and nothing that the environment, a file or the
  /// server might want otherwise: no proxy, redirect, cookie, .netrc, compression, other protocol or version.
  func apply(to easy: UnsafeMutableRawPointer, for request: HTTPRequest) throws(HTTPFailure) {
    let scheme = request.origin.scheme.rawValue
    for (option, text) in [
      (CURLOPT_URL, request.url), (CURLOPT_PROTOCOLS_STR, scheme), (CURLOPT_REDIR_PROTOCOLS_STR, scheme),
      (CURLOPT_PROXY, ""), (CURLOPT_USERAGENT, "turnpike"),
    ] {
      try HTTPFailure.check(unsafe turnpike_curl_set_text(easy, option, text))
    }
    let numbers: KeyValuePairs<CURLoption, Int> = [
      CURLOPT_NOSIGNAL: 1,
      CURLOPT_HTTP_VERSION: CURL_HTTP_VERSION_1_1,
      CURLOPT_HTTP09_ALLOWED: 0,
      CURLOPT_FOLLOWLOCATION: 0,
      CURLOPT_NETRC: Int(CURL_NETRC_IGNORED.rawValue),
      CURLOPT_PATH_AS_IS: 1,
      CURLOPT_SSLVERSION: Int(CURL_SSLVERSION_TLSv1_2),
      CURLOPT_SSL_VERIFYPEER: 1,
      CURLOPT_SSL_VERIFYHOST: 2,
      CURLOPT_CONNECTTIMEOUT_MS: Int(limits.connectMilliseconds),
      // A lookup that hangs is left to its thread, instead of being waited for on the loop.
      CURLOPT_QUICK_EXIT: 1,
    ]
    for (option, number) in numbers {
      try HTTPFailure.check(unsafe turnpike_curl_set_long(easy, option, number))
    }
    if let authoritiesFile {
      try HTTPFailure.check(unsafe turnpike_curl_set_text(easy, CURLOPT_CAINFO, authoritiesFile))
    }
    // The folder of the system's authorities holds no others than its file does, and would be trusted beside a file that was given.
    // Above all: what is read of a file is kept for a day, and with a folder it is read again for each connection.
    if unsafe turnpike_curl_has_authorities_file(easy) != 0 {
      try HTTPFailure.check(unsafe turnpike_curl_set_text(easy, CURLOPT_CAPATH, nil))
    }
    try HTTPFailure.check(
      unsafe turnpike_curl_set_size(easy, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(request.answerByteCountMax)))
    guard let body = request.body else {
      try HTTPFailure.check(unsafe turnpike_curl_set_headers(easy, getHeaders))
      return
    }
    try HTTPFailure.check(unsafe turnpike_curl_set_headers(easy, postHeaders))
    try HTTPFailure.check(
      unsafe turnpike_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
    let status = unsafe body.withUnsafeBytes { bytes in
      unsafe turnpike_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress)
    }
    try HTTPFailure.check(status)
  }
}
