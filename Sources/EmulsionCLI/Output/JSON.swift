import Emulsion
import EmulsionData

/// A value as JSON has it.
package indirect enum JSON {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([JSON])
  case object([(name: String, value: JSON)])

  static func numbers(_ values: some Sequence<Double>) -> JSON { .list(values.map { .number($0) }) }
  static func texts(_ values: [String]) -> JSON { .list(values.map { .text($0) }) }

  /// One list a row.
  static func matrix(_ matrix: Matrix) -> JSON {
    .list((0..<matrix.rows).map { .numbers(matrix.row($0)) })
  }

  /// The text: objects and lists of lists on lines of their own, other lists on one.
  package func text(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .null: return "null"
    case .boolean(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    // JSON knows no infinities and nothing that is no number.
    case .number(let value): return value.isFinite ? Self.shortest(value) : "null"
    case .text(let value): return value.inJSON
    case .list(let values) where values.allSatisfy(\.isPlain):
      return "[" + values.map { $0.text() }.joined(separator: ", ") + "]"
    case .list(let values):
      return "[\n" + values.map { inner + $0.text(indent: inner) }.joined(separator: ",\n")
        + "\n\(indent)]"
    case .object(let fields):
      let lines = fields.map { "\(inner)\($0.name.inJSON): \($0.value.text(indent: inner))" }
      return lines.isEmpty ? "{}" : "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    }
  }

  private var isPlain: Bool {
    switch self {
    case .list, .object: false
    default: true
    }
  }

  /// The shortest text that reads back as the same bits, whole numbers without a point.
  static func shortest(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
