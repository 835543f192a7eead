import Synchronization

/// Keeps count of what was read of mapped files, and gives their memory back before it becomes much: the system
/// counts pages of files as the process's own as long as they are mapped in.
final class Residence: Sendable {
  private let files: [MappedFile]
  private let touched = Atomic<Int>(0)
  /// Bytes that may be mapped in.
  private static let most = 48 << 20

  init(_ files: [MappedFile]) { self.files = files }

  /// Notes that `bytes` more were read.
  func note(_ bytes: Int) {
    let now = touched.wrappingAdd(bytes, ordering: .relaxed).newValue
    guard now > Self.most,
      touched.compareExchange(expected: now, desired: 0, ordering: .relaxed).exchanged
    else { return }
    for file in files { file.release(0..<file.count) }
  }
}
