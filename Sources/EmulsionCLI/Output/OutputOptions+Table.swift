import Emulsion
import EmulsionData

/// What can be told as a text, as a table and as all that there is.
protocol Reported {
  var reportText: String { get }
  func reportTable() throws -> Table
  var json: JSONValue { get }
}

extension OutputOptions {
  /// Writes what a fit or a search came to, as its format or the name of the file says.
  func write(_ result: some Reported) throws {
    if isTableFile { return try write(result.reportTable()) }
    switch format(standard: .text) {
    case .text: try write(result.reportText)
    case .csv: try write(result.reportTable().delimitedText())
    case .json: try write(result.json.text())
    }
  }

  /// Writes a table of numbers: on a terminal aligned and as many rows as fit, else as CSV.
  func write(_ table: Table) throws {
    if let output, isTableFile {
      guard Ranks.isFirst else { return }
      return try table.write(to: output)
    }
    let standard: ResultFormat = output == nil && Console.isOutputTerminal ? .text : .csv
    switch format(standard: standard) {
    case .csv: try write(table.delimitedText())
    case .json: try write(table.json().text())
    case .text:
      let isScreen = output == nil && Console.isOutputTerminal
      let lines = isScreen ? max(8, Console.height - 2) : .max
      try write(table.text(width: isScreen ? Console.width : .max, lines: lines))
      if isScreen && table.rows + 2 > lines {
        Console.note("the whole table: --format csv, or -o FILE")
      }
    }
  }
}

extension Table {
  /// A list of rows, each an object.
  fileprivate func json() throws -> JSONValue {
    let columns = try names.indices.map { try self[position: $0] }
    return .list(
      (0..<rows).map { row in
        .object(
          names.indices.map { position in
            switch columns[position] {
            case .numbers(let values): (names[position], .number(values[row]))
            case .text(let values): (names[position], values[row].map { .text($0) } ?? .null)
            }
          })
      })
  }
}
