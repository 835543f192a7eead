import Emulsion

#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

// `Console.write` and `exit` hide the system calls of the same name.
private let sendBytes = write as @Sendable (Int32, UnsafeRawPointer?, Int) -> Int
private let endProgram = exit as @Sendable (Int32) -> Never

/// The standard streams: results go to standard output, everything else to standard error.
enum Console {
  /// Whether a stream is a terminal.
  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Whether results are read by a person, not by a program.
  static var isOutputTerminal: Bool { isTerminal(STDOUT_FILENO) }

  /// Whether notes are read by a person.
  static var isErrorTerminal: Bool { isTerminal(STDERR_FILENO) }

  /// Characters that fit a line: the terminal's, or 80.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 20 else { return 80 }
    return Int(size.ws_col)
  }

  /// Lines of the terminal, or 24.
  static var height: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row >= 4 else { return 24 }
    return Int(size.ws_row)
  }

  /// A reader that goes away early, such as `head`, ends the command quietly, also where whoever
  /// started it ignores the signal that says so.
  ///
  /// What is larger than files may become fails as a full disk does, and what was begun is removed.
  static func prepare() {
    signal(SIGPIPE, SIG_DFL)
    signal(SIGXFSZ, SIG_IGN)
    guard hasAddressSpace else {
      complain(
        "memory is short: of the address space that is allowed (ulimit -v) less than "
          + "\(leastAddressSpace >> 20) MiB are left")
      exit(.failed)
    }
  }

  /// What threads and the buffers of linear algebra take: without it libraries wait for memory for ever.
  private static let leastAddressSpace = 256 << 20

  private static var hasAddressSpace: Bool {
    let room = mmap(
      nil, leastAddressSpace, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let room, room != MAP_FAILED else { return false }
    munmap(room, leastAddressSpace)
    return true
  }

  /// Prints a result and ends the line.
  static func print(_ text: String) { write(text + "\n") }

  /// Prints a result as it is.
  ///
  /// It goes through the C stream that Lua's `print` and `io.write` use, so that order is kept.
  static func write(_ text: String) { Swift.print(text, terminator: "") }

  /// Writes everything that was printed.
  ///
  /// - Throws: `io` where it cannot be written, such as on a full disk.
  static func flush() throws {
    guard fflush(nil) != 0 || ferror(stdout) != 0 else { return }
    // Lua's `print` drops what could not be written, and leaves the mark alone: the reason is what the
    // system says when asked once more.
    let isKnown = ferror(stdout) == 0 || sendBytes(STDOUT_FILENO, "\n", 1) < 0
    let reason = isKnown ? systemMessage() : "some of it got lost"
    throw EmulsionError(.io, "standard output: cannot be written: \(reason)")
  }

  /// Says what is wrong, on standard error.
  static func complain(_ text: String) { note("emulsion: \(text)") }

  /// Prints a line on standard error, after everything that was printed before.
  static func note(_ text: String) { writeError(text + "\n") }

  /// Prints on standard error as it is.
  static func writeError(_ text: String) {
    fflush(nil)
    Array(text.utf8).withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let count = sendBytes(STDERR_FILENO, part.baseAddress, part.count)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return }
        rest = rest.dropFirst(count)
      }
    }
  }

  /// Ends the program.
  static func exit(_ status: ExitStatus) -> Never { endProgram(status.rawValue) }
}
