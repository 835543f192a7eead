import Emulsion

/// A Vector for the screen: its size, then elements in aligned columns, as many as fit.
func vectorText(_ vector: VectorObject, width: Int) -> String {
  let values = vector.values
  let most = 200
  let cells = texts(of: Array(values.prefix(most)))
  let widest = cells.map(\.count).max() ?? 1
  let perLine = max(1, (width + 2) / (widest + 2))
  var lines = ["Vector of \(values.count)"]
  for start in stride(from: 0, to: cells.count, by: perLine) where lines.count <= 10 {
    let line = cells[start..<min(start + perLine, cells.count)].map { $0.leftPadded(to: widest) }
    lines.append(line.joined(separator: "  "))
  }
  let shown = min(cells.count, 10 * perLine)
  if shown < values.count { lines.append("… \(values.count - shown) more") }
  return lines.joined(separator: "\n")
}

/// A Matrix for the screen: its shape, then the first and last rows and as many columns as fit.
func matrixText(_ matrix: Matrix, width: Int) -> String {
  let (most, last) = (20, 5)
  let isCut = matrix.rows > most
  let head = isCut ? most - last : matrix.rows
  let rows = Array(0..<head) + (isCut ? Array((matrix.rows - last)..<matrix.rows) : [])
  var columns: [[String]] = []
  var used = 0
  for j in 0..<matrix.columns {
    let cells = texts(of: rows.map { matrix[$0, j] })
    let widest = cells.map(\.count).max() ?? 0
    let reserve = j + 1 < matrix.columns ? 3 : 0
    if used + widest + reserve > width && j > 0 { break }
    used += widest + 2
    columns.append(cells.map { $0.leftPadded(to: widest) })
  }
  let mark = columns.count < matrix.columns ? ["…"] : []
  var lines = rows.indices.map { i in (columns.map { $0[i] } + mark).joined(separator: "  ") }
  if isCut { lines.insert("…", at: head) }
  let hidden =
    columns.count < matrix.columns ? " (columns 1 to \(columns.count) shown)" : ""
  return (["Matrix \(matrix.rows) × \(matrix.columns)\(hidden)"] + lines).joined(separator: "\n")
}

/// Numbers of one column with one number of decimals, where at most six digits say it all.
private func texts(of values: [Double]) -> [String] {
  let finite = values.filter(\.isFinite)
  let largest = finite.map(abs).max() ?? 0
  guard largest < 1e7 && (largest >= 1e-3 || largest == 0) else {
    return values.map { $0.formatted(significant: 6) }
  }
  let whole = largest >= 1 ? String(Int(largest)).count : 1
  let most = max(0, 6 - whole)
  let decimals = (0...most).first { decimals in
    finite.allSatisfy { value in
      let shown = Double(value.formatted(decimals: decimals)) ?? .nan
      return abs(shown - value) <= 0.5e-5 * largest
    }
  }
  return values.map { $0.formatted(decimals: decimals ?? most) }
}

extension String {
  fileprivate func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
