import ArgumentParser

/// Numbers of components as they are written on a command line: `3`, `1:9` or `1,2,5:7`.
package struct ComponentCounts: ExpressibleByArgument, Hashable, Sendable {
  package var values: [Int]

  package init(_ values: [Int]) { self.values = values }

  package init?(argument: String) {
    values = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
      switch (ends.count, ends.first ?? nil, ends.last ?? nil) {
      case (1, let only?, _): values.append(only)
      case (2, let first?, let last?) where first <= last && last - first < 100_000:
        values += first...last
      default: return nil
      }
    }
  }

  package var defaultValueDescription: String {
    if let first = values.first, let last = values.last, values.count > 1,
      values == Array(first...max(first, last))
    {
      return "\(first):\(last)"
    }
    return values.map(String.init).joined(separator: ",")
  }
}
