import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The program gnuplot.
package struct Gnuplot {
  private let program: String

  /// Finds the program in the folders of `path`, or of the variable `PATH` if `nil`.
  ///
  /// - Throws: `io` saying how to install it where it is not there.
  package init(searching path: String? = nil) throws {
    guard let program = Self.find("gnuplot", in: path) else {
      throw EmulsionError(
        .io, "plots are drawn by gnuplot, which is not installed; apt-get install gnuplot-nox")
    }
    self.program = program
  }

  /// Draws `script` into the file at `path`, which appears whole or not at all.
  package func draw(
    _ script: String, to path: String, isCancelled: () -> Bool = { false }
  ) throws {
    // Tried first, so that what the system says is told rather than what gnuplot makes of it.
    let file = try PendingFile(path)
    close(file.descriptor)
    do {
      try run(script, output: file.name, isCancelled)
      var status = stat()
      guard stat(file.name, &status) == 0, status.st_size > 0 || status.st_mode & S_IFMT != S_IFREG
      else { throw EmulsionError(.io, "\(path): gnuplot wrote nothing") }
    } catch {
      file.discard()
      throw error
    }
    try file.commit()
  }

  /// What `script` draws, as the text of a file.
  func text(of script: String, isCancelled: () -> Bool = { false }) throws -> String {
    try withTemporaryFile { output in
      try run(script, output: output, isCancelled)
      return contents(of: output)
    }
  }

  /// `script` with a box in place of letters that no font on this machine has: gnuplot would draw signs as
  /// large as the page for them.
  func drawable(_ script: String) -> String {
    // Fonts that have any letters have European ones.
    let foreign = Set(script.unicodeScalars.lazy.filter { $0.value > 0x52F && !$0.isSign })
    if foreign.isEmpty || areInAFont(Array(foreign)) { return script }
    let missing = foreign.filter { !areInAFont([$0]) }
    var result = ""
    result.unicodeScalars.append(
      contentsOf: script.unicodeScalars.map { missing.contains($0) ? "\u{25A1}" : $0 })
    return result
  }

  /// Whether fontconfig knows a font that has all of some letters; true where there is no fontconfig to ask.
  private func areInAFont(_ scalars: [Unicode.Scalar]) -> Bool {
    guard let program = Self.find("fc-list", in: nil) else { return true }
    let listed = try? withTemporaryFile { output in
      try withTemporaryFile { messages in
        let codes = scalars.map { String($0.value, radix: 16) }.joined(separator: " ")
        _ = try spawn(
          [program, ":charset=\(codes)"], output: output, messages: messages, isCancelled: { false }
        )
        return contents(of: output)
      }
    }
    return listed != ""
  }

  /// The program of a name in the folders of `path`, or of the variable `PATH` if `nil`.
  private static func find(_ name: String, in path: String?) -> String? {
    let folders = path ?? getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return folders.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// Runs `script` with the file to draw into as its argument.
  private func run(_ script: String, output: String, _ isCancelled: () -> Bool) throws {
    try withTemporaryFile { scriptFile in
      try withTemporaryFile { messages in
        try write(script, to: scriptFile)
        let status = try spawn(
          [program, "-d", "-c", scriptFile, output], messages: messages,
          isCancelled: isCancelled)
        guard status == 0 else {
          let text = contents(of: messages).split(separator: "\n")
          let line = text.last { $0.contains("error") || $0.contains("line ") } ?? text.last
          throw EmulsionError(
            .io, "gnuplot failed: \(line.map(String.init) ?? "exit status \(status)")")
        }
      }
    }
  }

  /// Starts the program, its messages going to a file, and waits for its end, or makes it end.
  private func spawn(
    _ arguments: [String], output: String = "/dev/null", messages: String, isCancelled: () -> Bool
  ) throws -> CInt {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, messages, O_WRONLY | O_TRUNC, 0o600)
    var list = arguments.map { strdup($0) }
    list.append(nil)
    defer { for argument in list { free(argument) } }
    var process = pid_t()
    let code = posix_spawn(&process, arguments[0], &actions, nil, list, environ)
    guard code == 0 else {
      throw EmulsionError(.io, "\(arguments[0]): cannot be started: \(systemMessage(code))")
    }
    var status: CInt = 0
    var pause: useconds_t = 500
    while true {
      let ended = waitpid(process, &status, WNOHANG)
      if ended == process || (ended < 0 && errno != EINTR) { break }
      if isCancelled() {
        kill(process, SIGTERM)
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        throw EmulsionError(.cancelled, "interrupted")
      }
      usleep(pause)
      pause = min(2 * pause, 20_000)
    }
    // On a terminal Ctrl-C reaches the program itself.
    if isCancelled() { throw EmulsionError(.cancelled, "interrupted") }
    return status
  }

  private func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw failure(path, errno) }
    var text = text
    let written = text.withUTF8 { fwrite($0.baseAddress, 1, $0.count, file) }
    guard fclose(file) == 0, written == text.utf8.count else { throw failure(path, errno) }
  }

  private func contents(of path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      bytes.append(contentsOf: buffer[..<count])
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Calls `body` with the path of an empty file that only this user can read, and removes it.
  private func withTemporaryFile<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let path = "\(folder)/emulsion-\(randomName())"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(path, errno) }
    close(descriptor)
    defer { unlink(path) }
    return try body(path)
  }

  private func randomName() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }

  private func failure(_ path: String, _ code: CInt) -> EmulsionError {
    EmulsionError(.io, "\(path): cannot be written: \(systemMessage(code))")
  }
}

extension Unicode.Scalar {
  /// Whether it is one of the signs that plots write themselves: dashes, quotation marks, mathematics.
  fileprivate var isSign: Bool { (0x2010...0x22FF).contains(value) || value == 0x25A1 }
}
