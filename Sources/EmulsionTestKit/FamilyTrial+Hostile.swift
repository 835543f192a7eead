import Emulsion

extension FamilyTrial {
  /// Values out of the support, in fits and in predictions.
  func refusalProblems() throws -> [String] {
    guard !outside.isEmpty else { throw NotChecked("every number is in the support") }
    let (names, rows) = (example.data.columnNames, try draw(60))
    let model = try fit(source(rows)) { $0.maximumIterations = 1 }
    var found: [String] = []
    for (column, values) in outside.sorted(by: { $0.key < $1.key }) {
      for value in values {
        var matrix = rows
        matrix[1, column] = value
        let wrong = source(matrix)
        var attempts: [(String, () throws -> Void)] = [
          ("a prediction", { _ = try model.predict(wrong) })
        ]
        // A fit makes a family of its own for the data, whose support may follow from these.
        if !example.outside.isEmpty { attempts.append(("a fit", { _ = try fit(wrong) })) }
        for (name, attempt) in attempts {
          do {
            try attempt()
            found.append("\(name) takes \(value) in column \(column + 1)")
          } catch let error as EmulsionError where error.code == .invalidData {
            for part in [wrong.location(ofRow: 1), "\"\(names[column])\""]
            where !error.message.contains(part) {
              found.append("the error of \(name) does not name \(part): \(error.message)")
            }
          }
        }
      }
    }
    return found
  }

  /// The values that must be refused, by column: those of the example, or what the support tells.
  private var outside: [Int: [Double]] {
    guard example.outside.isEmpty else { return example.outside }
    let candidates = (0..<family.traits.dimension).map { j in
      [-1, 0.5, 1.5, -1e9].filter { !family.traits.support(ofColumn: j).contains($0) }
    }
    return Dictionary(
      uniqueKeysWithValues: candidates.enumerated().filter { !$1.isEmpty }.map { ($0, $1) })
  }

  /// Strange numbers in every column, one at a time.
  func hostileRowProblems() throws -> [String] {
    let model = try fit(source(draw(200))) { $0.maximumIterations = 1 }
    let usual = try draw(1)
    for j in 0..<family.traits.dimension {
      for value in Self.strange {
        var row = usual
        row[0, j] = value
        if value.isFinite && family.traits.support(ofColumn: j).contains(value) {
          // The driver takes what is no number for no density: asked for directly, it shows.
          for density in try logDensities(of: row, under: components)[0]
          where density.isNaN || density == .infinity {
            return ["the number \(value) in column \(j + 1) has the log-density \(density)"]
          }
        }
        let strange = source(row)
        do {
          let density = try model.logDensity(strange)[0]
          if density.isNaN || density == .infinity {
            return ["the number \(value) in column \(j + 1) has the log-density \(density)"]
          }
        } catch is EmulsionError {
          continue
        }
      }
    }
    return []
  }

  private static var strange: [Double] {
    [
      .nan, .infinity, -.infinity, 1e308, -1e308, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
      0, -1, 0.5, 1, 2, 1e15, 1e18,
    ]
  }
}
