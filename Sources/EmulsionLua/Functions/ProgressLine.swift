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
      let text = progress.line
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

extension FitProgress {
  /// A bar where it is known how much is done, the cell, the start, and how much longer it goes on.
  fileprivate var line: String {
    let stage = restart.map { "start \($0 + 1) of \(max(starts, $0 + 1))" } ?? "best start"
    let grid = fits.map { "fit \(min($0.ended + 1, $0.all)) of \($0.all)" }
    return [
      share.map(Self.bar), secondsLeft.map { Self.duration($0) + " left" }, grid,
      "K = \(components)", covariance, stage, "iteration \(iteration)",
      "log-likelihood \(logLikelihood.formatted(decimals: 3))",
    ].compactMap(\.self).joined(separator: ", ").replacing("], ", with: "] ", maxReplacements: 1)
  }

  private static func bar(_ share: Double) -> String {
    let width = 16
    let full = Int((min(1, max(0, share)) * Double(width)).rounded(.down))
    return "[" + String(repeating: "#", count: full) + String(repeating: "·", count: width - full)
      + "]"
  }

  /// Seconds, minutes or hours, of which more digits would say nothing.
  private static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<99.5: "\(max(1, Int(seconds.rounded()))) s"
    case ..<5970: "\(Int((seconds / 60).rounded())) min"
    case ..<3.6e8: "\(Int((seconds / 3600).rounded())) h"
    default: "very long"
    }
  }
}
