internal import CLibuv

/// Turns a host's name into endpoints, on libuv's thread pool. A running lookup cannot be ended: the loop's `close()` waits
/// for it, as long as the resolver's own time limit.
public enum NameLookup {
  /// Begins a lookup; numeric hosts need none. `completion` gets 1 to `EventLoopLimits.resolvedEndpointCountMax` endpoints in the
  /// order in which they should be tried, or the failure. It is called by the loop, unless that closes first.
  public static func start(
    host: String, port: UInt16, on loop: Loop, completion: @escaping (Result<[Endpoint], LoopError>) -> Void
  ) throws(LoopError) {
    let lookup = Lookup(port: port, loop: loop, completion: completion)
    let request = unsafe lookup.memory.pointer
    unsafe request.pointee.data = Unmanaged.passRetained(lookup).toOpaque()
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    let status = unsafe uv_getaddrinfo(
      loop.raw, request,
      { request, status, first in
        guard let data = unsafe request?.pointee.data else { return }
        unsafe Unmanaged<Lookup>.fromOpaque(data).takeRetainedValue().ended(status, first)
        unsafe uv_freeaddrinfo(first)
      }, host, nil, &hints)
    if status < 0 {
      unsafe Unmanaged.passUnretained(lookup).release()
      throw LoopError(status)
    }
  }
}

@safe private final class Lookup {
  let memory = unsafe HandleMemory<uv_getaddrinfo_t>()
  private let port: UInt16
  private let loop: Loop
  private let completion: (Result<[Endpoint], LoopError>) -> Void

  init(port: UInt16, loop: Loop, completion: @escaping (Result<[Endpoint], LoopError>) -> Void) {
    self.port = port
    self.loop = loop
    self.completion = completion
  }

  func ended(_ status: Int32, _ first: UnsafeMutablePointer<addrinfo>?) {
    if loop.isClosing { return }
    loop.openTurn()
    if status < 0 { return completion(.failure(LoopError(status))) }
    var endpoints: [Endpoint] = []
    var next = unsafe first
    while let info = unsafe next, endpoints.count < EventLoopLimits.resolvedEndpointCountMax {
      let endpoint = unsafe Endpoint.formatted {
        unsafe turnpike_address_format(info.pointee.ai_addr, $0, $1, $2)
      }
      if case .tcp(let host, _)? = endpoint { endpoints.append(.tcp(host: host, port: port)) }
      unsafe next = info.pointee.ai_next
    }
    completion(endpoints.isEmpty ? .failure(LoopError(UV_EAI_NONAME.rawValue)) : .success(endpoints))
  }
}
