import CMessagePassing
import Emulsion

/// The processes that `mpirun` started, by Open MPI.
struct MessagePassing: RankTransport {
  let rank: Int
  let count: Int
  let threads: Int

  /// Sends bytes.
  func send(_ bytes: [UInt8], to rank: Int) throws {
    guard mp_send(bytes, bytes.count, CInt(rank)) else { throw Self.lost(rank) }
  }

  /// Waits for bytes.
  func receive(from rank: Int) throws -> [UInt8] {
    var count = 0
    guard mp_receive_count(&count, CInt(rank)) else { throw Self.lost(rank) }
    var isThere = true
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
      isThere = mp_receive(buffer.baseAddress, count, CInt(rank))
      used = isThere ? count : 0
    }
    guard isThere else { throw Self.lost(rank) }
    return bytes
  }

  private static func lost(_ rank: Int) -> EmulsionError {
    EmulsionError(.io, "rank \(rank) can't be reached")
  }
}
