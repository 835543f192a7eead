import Emulsion

/// The different texts of a column, numbered from 0 in the order in which they come.
struct TextCodes {
  /// A column with more of them tells rows apart, not kinds of rows, and is not kept.
  static let most = 1 << 16

  private(set) var texts: [String] = []
  private var places: [ExactText: Double] = [:]

  /// Whether all texts so far are known by a number.
  var isKept: Bool { texts.count <= Self.most }

  /// The number of a text; NaN where the cell is missing, or the column is not kept.
  mutating func code(of text: String?) -> Double {
    guard let text, isKept else { return .nan }
    let key = ExactText(text: text)
    if let place = places[key] { return place }
    let place = Double(texts.count)
    texts.append(text)
    places[key] = place
    return place
  }
}
