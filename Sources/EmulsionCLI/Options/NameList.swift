import ArgumentParser

/// Names separated by commas: `a,b`.
struct NameList: ExpressibleByArgument, Hashable, Sendable {
  var names: [String]

  init(_ names: [String]) { self.names = names }

  /// Those of all lists, where there are any.
  init?(_ lists: [NameList]) {
    guard !lists.isEmpty else { return nil }
    names = lists.flatMap(\.names)
  }

  init?(argument: String) {
    names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    if names.contains("") { return nil }
  }

  var defaultValueDescription: String { names.joined(separator: ",") }
}
