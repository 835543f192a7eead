import ArgumentParser

/// Columns of errors by the columns that they are of: `x=x_error,y=y_error`.
struct ErrorColumns: ExpressibleByArgument, Hashable, Sendable {
  var names: [String: String] = [:]

  init?(argument: String) {
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2, !sides.contains(""), names[sides[0]] == nil else { return nil }
      names[sides[0]] = sides[1]
    }
  }

  var defaultValueDescription: String {
    names.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
  }
}
