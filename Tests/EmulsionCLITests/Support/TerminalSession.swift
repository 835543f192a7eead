import CPseudoTerminal
import Foundation

/// The command on a terminal, and a person at it who types and waits for what is written.
final class TerminalSession {
  private let folder: TemporaryFolder
  private let terminal: Int32
  private let process: pid_t
  private var hasEnded = false
  /// Everything written so far, escape sequences and carriage returns taken out.
  private(set) var transcript = ""
  private var raw: [UInt8] = []
  /// What was waited for lies before this position.
  private var position = 0

  /// Starts the command.
  convenience init(
    _ arguments: [String] = [], columns: Int = 80, rows: Int = 40, term: String = "xterm",
    folder: TemporaryFolder? = nil, programs: String? = nil
  ) throws {
    try self.init(
      Invocation(
        program: Command.path(), arguments: arguments, folder: folder ?? TemporaryFolder()),
      columns: columns, rows: rows, term: term, programs: programs)
  }

  /// Starts a program.
  init(
    _ call: Invocation, columns: Int = 80, rows: Int = 40, term: String = "xterm",
    programs: String? = nil
  ) throws {
    folder = call.folder
    let (path, arguments) = (call.program, call.arguments)
    var environment = Command.environment(home: folder.url).merging(call.environment) { $1 }
    environment["TERM"] = term
    if let programs {
      environment["PATH"] = "\(programs):\(environment["PATH"] ?? "/usr/bin:/bin")"
    }
    let words = ([path] + arguments).map { strdup($0) } + [nil]
    let settings = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + settings { free(text) } }
    var terminal: Int32 = -1
    process = pseudo_terminal_start(path, words, settings, Int32(columns), Int32(rows), &terminal)
    self.terminal = terminal
    guard process > 0 else { throw Command.Failure(reason: "no terminal") }
  }

  deinit {
    if !hasEnded {
      kill(process, SIGKILL)
      _ = pseudo_terminal_wait(process)
    }
    close(terminal)
  }

  /// Types keys.
  func type(_ keys: String) {
    var rest = Array(keys.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(terminal, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Waits for the prompt, types a line, and enters it.
  func enter(_ line: String, at prompt: String = "em> ") throws {
    try wait(for: prompt)
    type(line + "\r")
  }

  /// Waits until `text` is written after what was waited for last.
  @discardableResult
  func wait(for text: String, seconds: Double = 300) throws -> String {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      let written = Array(transcript.utf8)[position...]
      if let found = written.firstRange(of: Array(text.utf8)) {
        position = found.upperBound
        return String(decoding: written[..<found.lowerBound], as: UTF8.self)
      }
      guard ContinuousClock.now < deadline, try read() else {
        throw Command.Failure(reason: "no \"\(text)\" in:\n\(transcript)")
      }
    }
  }

  /// Gives the terminal another size.
  func resize(columns: Int, rows: Int) {
    _ = pseudo_terminal_resize(terminal, Int32(columns), Int32(rows))
  }

  /// Reads to the end, and tells the exit code.
  func end() throws -> Int32 {
    while try read() {}
    hasEnded = true
    return pseudo_terminal_wait(process)
  }

  /// Reads what comes next; false at the end.
  private func read() throws -> Bool {
    var source = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
    guard poll(&source, 1, 30_000) > 0 else {
      throw Command.Failure(reason: "silence after:\n\(transcript)")
    }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes {
      Foundation.read(terminal, $0.baseAddress, $0.count)
    }
    // A terminal that its program has left gives an error, not an end.
    guard count > 0 else { return false }
    raw += buffer[..<count]
    transcript = Self.plain(raw)
    return true
  }

  /// Text without `ESC [ … letter` and carriage returns.
  private static func plain(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    var isSequence = false
    for (index, byte) in bytes.enumerated() {
      if byte == 0x1B {
        isSequence = true
      } else if isSequence {
        let opens = bytes[index - 1] == 0x1B && byte == UInt8(ascii: "[")
        if !opens && (0x40...0x7E).contains(byte) { isSequence = false }
      } else if byte != 0x0D && byte != 0x07 {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
