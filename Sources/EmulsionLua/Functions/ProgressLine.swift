import Emulsion
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A line on standard error that tells how a long fit goes.
package enum ProgressLine {
  /// A handler that writes on a terminal, or anywhere when forced; `nil` where there is no one to
  /// see it. Nothing is written in the first half second, and then ten times a second at most.
  package static func handler(isForced: Bool) -> ProgressHandler? {
    let isTerminal = isatty(STDERR_FILENO) == 1
    guard isTerminal || isForced else { return nil }
    let clock = ContinuousClock()
    let next = Mutex(clock.now + .milliseconds(500))
    return ProgressHandler(isConcurrent: true) { progress in
      let isDue = next.withLock { next in
        guard clock.now >= next else { return false }
        next = clock.now + .milliseconds(100)
        return true
      }
      guard isDue else { return }
      let stage = progress.restart.map { "start \($0 + 1)" } ?? "best start"
      let text =
        "K = \(progress.components), \(progress.covariance), \(stage), iteration "
        + "\(progress.iteration), log-likelihood \(progress.logLikelihood.formatted(decimals: 3))"
      write(isTerminal ? "\r\u{1B}[2K\(text.clipped(to: width - 1))" : text + "\n")
    }
  }

  /// Characters that fit a line of the terminal: a longer one could not be drawn over.
  private static var width: Int {
    var size = winsize()
    let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 10
    return isKnown ? Int(size.ws_col) : 80
  }

  /// Takes the line away again.
  package static func clear() {
    if isatty(STDERR_FILENO) == 1 { write("\r\u{1B}[2K") }
  }

  /// Writes a line of its own, such as of what had to be guessed.
  package static func note(_ text: String) {
    clear()
    write("emulsion: \(text)\n")
  }

  private static func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
  }
}
