import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes of memory the machine has; `nil` where it does not say.
func physicalMemory() -> Int? {
  let pages = sysconf(Int32(_SC_PHYS_PAGES))
  let size = sysconf(Int32(_SC_PAGESIZE))
  guard pages > 0, size > 0 else { return nil }
  return pages.multipliedReportingOverflow(by: size).partialValue
}

/// Writes a line to standard error a few times a second.
func standardErrorProgress() -> ProgressHandler {
  ProgressHandler(isConcurrent: true) { progress in
    guard progress.iteration % 50 == 0 else { return }
    let run = progress.restart.map { "start \($0 + 1), " } ?? ""
    let line =
      "\(progress.covariance), \(progress.components) components: \(run)iteration "
      + "\(progress.iteration), log-likelihood \(progress.logLikelihood.formatted(decimals: 3))\n"
    _ = Array(line.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
