internal import CLibuv

/// The C memory of one libuv handle or request, and the reference that keeps its owner alive.
///
/// libuv keeps the address of a handle from its init to its close callback. So the memory belongs to the owning object and
/// goes with it, and from `adopt` to `letGo` (which the close callback calls) libuv itself holds one reference to the owner:
/// the owner cannot be freed in between, whoever forgets it.
@safe struct HandleMemory<Raw>: ~Copyable {
  let pointer: UnsafeMutablePointer<Raw>

  /// Zeroed memory.
  init() {
    unsafe pointer = .allocate(capacity: 1)
    unsafe UnsafeMutableRawPointer(pointer).initializeMemory(
      as: UInt8.self, repeating: 0, count: MemoryLayout<Raw>.size)
  }

  deinit {
    unsafe pointer.deallocate()
  }

  /// The part every handle begins with.
  var handle: UnsafeMutablePointer<uv_handle_t> {
    unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: uv_handle_t.self)
  }

  /// To be called once, when libuv's init succeeded.
  func adopt(by owner: AnyObject) {
    unsafe handle.pointee.data = Unmanaged.passRetained(owner).toOpaque()
  }

  /// Whether close was called.
  var isClosing: Bool { unsafe uv_is_closing(handle) != 0 }

  /// Closes the handle unless that was done; libuv's reference to the owner ends in the close callback.
  func close() {
    guard !isClosing else { return }
    unsafe uv_close(handle) { handle in
      guard let data = unsafe handle?.pointee.data else { return }
      unsafe Unmanaged<AnyObject>.fromOpaque(data).release()
    }
  }
}

/// An object that owns a handle, so that the loop's teardown can close it.
protocol HandleOwner: AnyObject {
  /// Idempotent. Ends all callbacks but the one that reports the close.
  func close()
}

/// The object behind a handle's or a request's `data`, for the time of a callback. It is alive: libuv holds a reference.
@inline(__always)
func owner<Owner: AnyObject>(_ data: UnsafeMutableRawPointer?, as: Owner.Type) -> Owner? {
  guard let data = unsafe data else { return nil }
  return unsafe Unmanaged<Owner>.fromOpaque(data).takeUnretainedValue()
}
