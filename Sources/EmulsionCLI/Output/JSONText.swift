import Emulsion
import EmulsionData

extension JSONValue {
  /// The text: objects and lists of lists on lines of their own, other lists on one.
  package func text(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .null: return "null"
    case .boolean(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    // JSON knows no infinities and nothing that is no number.
    case .number(let value): return value.isFinite ? NumberText.shortest(value) : "null"
    case .text(let value): return value.inJSON
    case .list(let values) where values.allSatisfy(\.isPlain):
      return "[" + values.map { $0.text() }.joined(separator: ", ") + "]"
    case .list(let values):
      return "[\n" + values.map { inner + $0.text(indent: inner) }.joined(separator: ",\n")
        + "\n\(indent)]"
    case .members(let members):
      let lines = members.map { "\(inner)\($0.name.inJSON): \($0.value.text(indent: inner))" }
      return lines.isEmpty ? "{}" : "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    }
  }

  private var isPlain: Bool {
    switch self {
    case .list, .members: false
    default: true
    }
  }
}
