/// The texts that the numbers of some columns stand for: code i is the text at position i of its column's
/// levels, from 0.
///
/// Levels are in the order of their bytes in UTF-8, which is that of their Unicode scalars, whatever the
/// language of the machine: digits before capital letters before small ones before accented ones. Texts of different
/// bytes are different levels.
public struct ColumnLevels: Sendable, Hashable {
  /// The levels by the column's name.
  private var lists: [String: [String]] = [:]

  /// All columns are of numbers.
  public static let none = ColumnLevels()

  private init() {}

  /// Takes the levels of each column, by its name.
  ///
  /// - Throws: `invalid-data` where a column has none, or they are not in order or not all different.
  public init(_ lists: [String: [String]]) throws {
    for (name, levels) in lists {
      guard !levels.isEmpty, zip(levels, levels.dropFirst()).allSatisfy(Self.precedes) else {
        throw EmulsionError(
          .invalidData, "the levels of column \(quoted(name)) are not in order, each once")
      }
    }
    self.lists = lists
  }

  /// Whether all columns are of numbers.
  public var isEmpty: Bool { lists.isEmpty }
  /// The levels by column.
  public var byColumn: [String: [String]] { lists }

  /// The levels of a column, in order; `nil` for one of numbers.
  public subscript(column: String) -> [String]? { lists[column] }

  /// The text that `code` stands for in a column; `nil` where it stands for none.
  public func text(of code: Double, in column: String) -> String? {
    guard let levels = lists[column], let position = Int(exactly: code),
      levels.indices.contains(position)
    else { return nil }
    return levels[position]
  }

  /// A level as results show it: on one line.
  public static func shown(_ level: String) -> String {
    String(
      String.UnicodeScalarView(
        level.unicodeScalars.map { $0.properties.generalCategory.isVisible ? $0 : " " }))
  }

  /// The titles of columns, where any is of texts.
  func titles(of names: [String]) -> [String]? {
    selecting(names).isEmpty ? nil : names.map(title)
  }

  /// What a column is called where a number tells of its being 1: `smokes=yes`, of whose two levels the second
  /// counts as 1; the name of any other column.
  public func title(of column: String) -> String {
    guard let levels = lists[column], levels.count == 2 else { return column }
    return "\(column)=\(Self.shown(levels[1]))"
  }

  /// Those of the columns called `names`.
  public func selecting(_ names: [String]) -> ColumnLevels {
    if isEmpty { return self }
    var result = self
    let names = Set(names)
    result.lists = lists.filter { names.contains($0.key) }
    return result
  }

  /// These, and those of further columns.
  package func merging(_ others: ColumnLevels) -> ColumnLevels {
    var result = self
    result.lists.merge(others.lists) { own, _ in own }
    return result
  }

  /// Texts in the order of levels.
  public static func ordered(_ texts: some Sequence<String>) -> [String] {
    texts.sorted(by: precedes)
  }

  /// Levels for an error text: at most eight, quoted.
  public static func listing(_ levels: [String]) -> String {
    levels.prefix(8).map { quoted(shown($0)) }.joined(separator: ", ")
      + (levels.count > 8 ? ", … (\(levels.count) in all)" : "")
  }

  private static func precedes(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }
}

extension Unicode.GeneralCategory {
  /// Whether scalars of it leave a terminal as it is.
  fileprivate var isVisible: Bool {
    switch self {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate: false
    default: true
    }
  }
}

extension CodingUserInfoKey {
  static var columnLevels: CodingUserInfoKey {
    // The initializer fails for no string.
    CodingUserInfoKey(rawValue: "emulsion.levels").unsafelyUnwrapped
  }
}

extension Decoder {
  /// The levels of the columns of the model whose file is read.
  public var columnLevels: ColumnLevels { userInfo[.columnLevels] as? ColumnLevels ?? .none }
}
