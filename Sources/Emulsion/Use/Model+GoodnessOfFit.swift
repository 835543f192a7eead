/// How well a model of categories tells how often each pattern of them occurs.
public struct GoodnessOfFit: Sendable, Hashable {
  /// G² = 2 Σ n ln(n/m), n the rows of a pattern and m those that the model expects; the deviance.
  public var likelihoodRatio: Double
  /// X² = Σ (n − m)²/m over all patterns, those that don't occur included (Pearson 1900).
  public var chiSquared: Double
  /// The smaller of the rows and the patterns less one, less the free parameters, as poLCA counts them (Linzer &
  /// Lewis 2011); 0 or less where the model has as many parameters as the data can tell.
  public var degreesOfFreedom: Int
  /// How many patterns there can be; as a number with a fraction where they are beyond counting.
  public var patterns: Double
  /// How many of them occur.
  public var observed: Int

  /// P(χ² ≥ G²); `nil` where no degree of freedom is left.
  public var likelihoodRatioP: Double? { tail(likelihoodRatio) }
  /// P(χ² ≥ X²); `nil` where no degree of freedom is left.
  public var chiSquaredP: Double? { tail(chiSquared) }

  private func tail(_ statistic: Double) -> Double? {
    guard degreesOfFreedom > 0 else { return nil }
    return SpecialFunctions.regularizedGamma(
      Double(degreesOfFreedom) / 2, max(0, statistic) / 2
    ).upper
  }
}

extension Model {
  /// Levels that are looked for, beside those of the data.
  private static var levels: ClosedRange<Int> { -1000...10_000 }

  /// How well the model tells the frequencies of the patterns of its categories (Goodman 1974).
  ///
  /// O(n·d) and one evaluation of each pattern that occurs.
  ///
  /// - Parameter data: The rows that it was fitted to, with their weights.
  /// - Throws: `invalid-option` for models of columns that take more than finitely many values, of grouped rows or with
  ///   noise, `invalid-data` for rows with missing cells, what is no row of the model, and as many rows as were fitted
  ///   to without the weights that these had.
  public func goodnessOfFit(
    _ data: any DataSource, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> GoodnessOfFit {
    func refuse(_ what: String) -> EmulsionError {
      EmulsionError(.invalidOption, "goodness_of_fit: \(what)")
    }
    guard groupColumn == nil && noise == nil else {
      throw refuse("it is there for plain mixtures of categories, without groups and noise")
    }
    let own = try checked(data, execution(nil, isCancelled))
    guard own.missing?.rows ?? 0 == 0 else {
      throw EmulsionError(
        .invalidData, "goodness_of_fit: rows with missing cells have no pattern; drop them")
    }
    let rows = try Patterns(own)
    guard rows.isWeighted || own.rows != observations || report.totalWeight == Double(observations)
    else {
      throw EmulsionError(
        .invalidData,
        "goodness_of_fit: the rows of the fit had weights, which sum to "
          + "\(report.totalWeight.formatted(significant: 6)), and these have none; give them, as in { weights = … }"
      )
    }
    var patterns = 1.0
    for j in 0..<dimension {
      let support = support(ofColumn: j)
      guard support.isDiscrete, !support.contains(1e6), !support.contains(-1e6) else {
        throw refuse(
          "column \(quoted(columnNames[j])) is none of categories: it takes \(support.description)")
      }
      let levels = Set(Self.levels.map(Double.init)).union(rows.values[j])
      patterns *= Double(levels.count { support.contains($0) })
    }
    let list = rows.weights.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    let densities = try logDensity(
      MatrixSource(
        Matrix(
          rows: list.count, columns: dimension,
          values: list.flatMap { $0.key.map { Double(bitPattern: $0) } }),
        columnNames: own.columnNames), isCancelled: isCancelled)
    let total = list.reduce(0) { $0 + $1.value }
    var (deviance, square, expectedSum) = (0.0, 0.0, 0.0)
    for ((_, count), density) in zip(list, densities) {
      let expected = total * exponential(density)
      deviance += 2 * count * (naturalLog(count / total) - density)
      square += (count - expected) * (count - expected) / expected
      expectedSum += expected
    }
    // Of a pattern that doesn't occur (n − m)²/m is m.
    square += max(0, total - expectedSum)
    return GoodnessOfFit(
      likelihoodRatio: deviance, chiSquared: square,
      degreesOfFreedom: Int(min(total, patterns - 1, 1e15)) - freeParameters, patterns: patterns,
      observed: list.count)
  }
}

/// How often each pattern occurs.
private struct Patterns {
  /// The weights by the bits of a row's numbers.
  private(set) var weights: [[UInt64]: Double] = [:]
  /// The numbers that occur in each column.
  private(set) var values: [Set<Double>]
  /// Whether rows have weights.
  private(set) var isWeighted = false

  init(_ data: any DataSource) throws {
    values = Array(repeating: [], count: data.columns)
    let size = PassShape().holding(data).rowsPerBlock
    var buffer = BlockBuffer(columns: data.columns, capacity: size)
    for first in stride(from: 0, to: data.rows, by: size) {
      try data.read(first..<min(data.rows, first + size), into: &buffer)
      isWeighted = isWeighted || buffer.hasWeights
      for i in 0..<buffer.rows {
        let weight = buffer.weight(ofRow: i) ?? 1
        guard weight > 0 else { continue }
        // Adding 0 makes −0 and 0 the same.
        let row = (0..<data.columns).map { buffer.block.column($0)[i] + 0 }
        weights[row.map(\.bitPattern), default: 0] += weight
        for (j, value) in row.enumerated() { values[j].insert(value) }
      }
    }
  }
}
