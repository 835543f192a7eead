import CMessagePassing
import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The part of this process among those that `mpirun` started: one of one where none did.
enum Ranks {
  /// How to reach the others; `nil` without any.
  static let transport: MessagePassing? = begin()

  /// Standard error as it was, for what a rank alone has to say.
  private static let standardError = dup(STDERR_FILENO)

  /// Whether this process prints and writes.
  static var isFirst: Bool { transport.map { $0.rank == 0 } ?? true }

  /// How many processes `mpirun` says it has started.
  private static var started: Int { number("OMPI_COMM_WORLD_SIZE") }

  /// How many of them are on this machine.
  private static var ranksHere: Int { number("OMPI_COMM_WORLD_LOCAL_SIZE") }

  private static func number(_ variable: String) -> Int {
    max(1, getenv(variable).flatMap { Int(String(cString: $0)) } ?? 1)
  }

  private static var availableThreads: Int { Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  private static func begin() -> MessagePassing? {
    guard started > 1, mp_is_built(), mp_begin() else { return nil }
    let (rank, count) = (Int(mp_rank()), Int(mp_count()))
    if rank > 0 && standardError >= 0 {
      // What all print, one prints. Standard input is the first one's as well.
      let nowhere = open("/dev/null", O_RDWR)
      for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] { dup2(nowhere, descriptor) }
    }
    let own = MessagePassing(rank: rank, count: count, threads: 1)
    let threads = try? own.told { availableThreads / ranksHere }
    return MessagePassing(rank: rank, count: count, threads: max(1, threads ?? 1))
  }

  /// Checks that ranks can work together.
  ///
  /// - Throws: ``UsageError`` where this command knows nothing of MPI, `io` where others are of another version.
  static func prepare() throws {
    guard started > 1 else { return }
    guard mp_is_built() else {
      throw UsageError(
        description:
          "mpirun has started \(started) of it, but it was built without MPI; scripts/run-mpi builds it with MPI"
      )
    }
    try transport?.requireSame(emulsionVersion, "versions of Emulsion")
  }

  /// Ends this process: all together where all do, else all at once, and then a rank says itself what was wrong.
  static func end(_ status: ExitStatus, _ text: String?) {
    guard let transport, status != .done else { return }
    fflush(nil)
    // Ranks that fail alike come here within a moment.
    if mp_meet(2) { return }
    if transport.rank > 0 {
      let line = Array("emulsion: rank \(transport.rank): \(text ?? "ended")\n".utf8)
      _ = line.withUnsafeBytes { write(standardError, $0.baseAddress, $0.count) }
    }
    mp_abort(status.rawValue)
  }
}
