import Emulsion

extension Table {
  /// The table as records of JSON: a list of them, or one a line.
  func writeJSON(asLines: Bool, to write: (String) throws -> Void) throws {
    let contents = try storage.map { try $0.column() }
    let keys = names.map { "\($0.inJSON): " }
    if !asLines { try write("[") }
    for row in 0..<rows {
      let cells = zip(keys, contents).map { key, column -> String in
        switch column {
        case .numbers(let values):
          let value = values[row]
          return key
            + (value.isNaN
              ? "null"
              : value.isInfinite
                ? (value < 0 ? "-Infinity" : "Infinity")
                : NumberText.shortest(value))
        case .text(let values):
          return key + (values[row]?.inJSON ?? "null")
        }
      }
      let separator = asLines ? "" : row == 0 ? "\n" : ",\n"
      try write(separator + "{\(cells.joined(separator: ", "))}" + (asLines ? "\n" : ""))
    }
    if !asLines { try write("\n]\n") }
  }
}

extension String {
  /// The text as JSON writes it, in quotes.
  package var inJSON: String {
    var result = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
