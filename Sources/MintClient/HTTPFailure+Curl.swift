internal import CCurl

extension HTTPFailure {
  /// What one of libcurl's codes is called here. Only a name: it decides nothing.
  init(_ code: CURLcode) {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST: self = .nameNotResolved
    case CURLE_COULDNT_CONNECT: self = .notConnected
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER,
      CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CLIENTCERT:
      self = .notTrusted
    case CURLE_OPERATION_TIMEDOUT: self = .timedOut
    case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE: self = .connectionLost
    case CURLE_FILESIZE_EXCEEDED: self = .tooLong
    case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2:
      self = .malformed
    default: self = .other(code: code.rawValue)
    }
  }

  /// Throws what is not CURLE_OK.
  static func check(_ code: CURLcode) throws(HTTPFailure) {
    if code != CURLE_OK { throw HTTPFailure(code) }
  }
}
