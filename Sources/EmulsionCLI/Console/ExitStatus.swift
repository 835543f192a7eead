/// How the command ended, as the shell sees it.
enum ExitStatus: Int32, Error {
  case done = 0
  case failed = 1
  case wrongUsage = 2
  case interrupted = 130
}

/// A use of the command that cannot be meant as it is.
struct UsageError: Error, CustomStringConvertible {
  var description: String
}
