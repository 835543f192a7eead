import Emulsion
import Foundation

extension FamilyTrial {
  private func fit(_ rows: Matrix, threads: Int, iterations: Int) throws -> Model {
    var options = example.options
    options.initializer = GivenParameters(example.components)
    options.maximumIterations = iterations
    options.tolerance = 0
    options.threads = threads
    let source = MatrixSource(rows, columnNames: example.data.columnNames)
    return try example.catalogue.fit(source, options)
  }

  /// A model file, and log-densities before and after.
  func storageProblems() throws -> [String] {
    let rows = try draw(200)
    let model = try fit(rows, threads: 1, iterations: 3)
    let name = "emulsion-test-kit-\(UUID().uuidString).json"
    let path = FileManager.default.temporaryDirectory.appending(path: name).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try model.save(to: path)
    let loaded = try example.catalogue.load(path: path)
    let source = MatrixSource(rows, columnNames: example.data.columnNames)
    let (before, after) = (try model.logDensity(source), try loaded.logDensity(source))
    for (a, b) in zip(before, after) where a.bitPattern != b.bitPattern {
      return ["a log-density is \(a) before saving and \(b) after loading"]
    }
    return []
  }

  /// A fit of four chunks of rows.
  func threadProblems() throws -> [String] {
    let rows = try draw(13_000)
    let (one, two) = (
      try fit(rows, threads: 1, iterations: 3), try fit(rows, threads: 2, iterations: 3)
    )
    for (a, b) in zip(one.trace, two.trace) where a.bitPattern != b.bitPattern {
      return ["the log-likelihood is \(a) with one thread and \(b) with two"]
    }
    return []
  }

  /// Strange numbers in every column, one at a time.
  func hostileRowProblems() throws -> [String] {
    let model = try fit(try draw(200), threads: 1, iterations: 1)
    let usual = try draw(1)
    for j in 0..<family.dimension {
      for value in Self.strange {
        var row = usual
        row[0, j] = value
        if value.isFinite && family.support(ofColumn: j).contains(value) {
          // The driver takes what is no number for no density: asked for directly, it shows.
          for density in try logDensities(of: row, under: components)[0]
          where density.isNaN || density == .infinity {
            return ["the number \(value) in column \(j + 1) has the log-density \(density)"]
          }
        }
        let source = MatrixSource(row, columnNames: example.data.columnNames)
        do {
          let density = try model.logDensity(source)[0]
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
