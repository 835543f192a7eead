#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The person's own program for reading long texts.
enum Pager {
  /// Shows a text in `$PAGER`, or `less`; as it is where there is no terminal or no such program.
  static func show(_ text: String) {
    guard Console.isOutputTerminal, Console.isTerminal(0) else { return Console.print(text) }
    let program = getenv("PAGER").map { String(cString: $0) } ?? ""
    try? Console.flush()
    // Ctrl-C is the pager's while it runs.
    let previous = signal(SIGINT, SIG_IGN)
    defer { signal(SIGINT, previous) }
    guard let pipe = popen(program.isEmpty ? "less -R" : program, "w") else {
      return Console.print(text)
    }
    var text = text + "\n"
    let pipes = signal(SIGPIPE, SIG_IGN)
    text.withUTF8 { _ = fwrite($0.baseAddress, 1, $0.count, pipe) }
    let status = pclose(pipe)
    signal(SIGPIPE, pipes)
    // The shell found no such program.
    if status >> 8 == 127 { Console.print(text) }
  }
}
