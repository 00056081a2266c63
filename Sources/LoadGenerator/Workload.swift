/// What the connections of a run say, and how their replies are counted. One value speaks for all connections of a run; nothing is
/// allocated once the run has begun.
///
/// Replies come in the order of their requests, on each connection: that is how a latency finds its request.
public protocol Workload: ~Copyable {
  /// Its name in reports.
  var name: String { get }
  /// Bytes of the longest request.
  var requestByteCountMax: Int { get }
  /// What a connection sends first.
  func greeting(of connection: Int) -> [UInt8]
  /// Takes what has come in answer to the greeting, all of it.
  mutating func takeGreeting(_ bytes: [UInt8], of connection: Int) -> GreetingVerdict
  /// Writes the next request of a connection and gives its byte count; 0: there are no more.
  mutating func writeRequest(of connection: Int, to bytes: UnsafeMutableRawPointer) -> Int
  /// Notes each reply in bytes as they were received, and gives how many there are.
  mutating func takeReplies(in bytes: UnsafeRawBufferPointer, of connection: Int, into meter: Meter) -> Int
  /// What a status of its replies is called; 0 is done.
  func statusName(_ status: Int) -> String
}

/// What came of a greeting.
public enum GreetingVerdict: Hashable, Sendable {
  /// More of the answer must come.
  case unfinished
  /// Requests may follow.
  case accepted
  /// The connection is of no use: why.
  case refused(String)
}

/// How requests follow each other.
public enum Pace: Sendable {
  /// Each connection keeps `depth` requests under way: a reply is answered by the next request.
  case closed(depth: Int)
  /// `rate` requests a second in all, each at an instant of its own, whether others were answered or not. A connection with `depth`
  /// requests under way waits; the latency of what waits counts from the instant at which it was to be sent.
  case open(rate: Double, depth: Int)

  /// Most requests under way on a connection.
  var depth: Int {
    switch self {
    case .closed(let depth), .open(_, let depth): depth
    }
  }

  /// Whether any request falls due within so many seconds.
  public func hasRequests(within seconds: Double) -> Bool {
    if case .open(let rate, _) = self { rate * seconds >= 1 } else { true }
  }
}

/// Memory of a run, owned once. Indices are the caller's to keep in bounds.
@safe struct Fixed<Element>: ~Copyable {
  let count: Int
  @unsafe let base: UnsafeMutablePointer<Element>

  init(repeating element: Element, count: Int) {
    self.count = count
    unsafe base = .allocate(capacity: max(count, 1))
    unsafe base.initialize(repeating: element, count: max(count, 1))
  }

  init(_ elements: some Collection<Element>, or element: Element) {
    self.init(repeating: element, count: elements.count)
    for (index, element) in elements.enumerated() { unsafe base[index] = element }
  }

  deinit {
    unsafe base.deinitialize(count: max(count, 1))
    unsafe base.deallocate()
  }

  subscript(index: Int) -> Element {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(base + index) }
    @inline(__always) nonmutating unsafeMutableAddress { unsafe base + index }
  }
}
