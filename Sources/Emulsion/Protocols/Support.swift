/// The numbers that have a density in one column under a family.
///
/// The driver checks data before a fit and before a prediction, so that no family need do it.
public struct Support: Sendable {
  /// What they are, as the end of a sentence: `whole numbers ≥ 0`.
  public let description: String
  /// Whether all finite numbers belong to it.
  package let isUnlimited: Bool
  private let test: @Sendable (Double) -> Bool
  /// The borders that are known, infinite where none is.
  private var lowest = -Double.infinity
  private var highest = Double.infinity
  /// The number from which on it has none, though it looks as if it had; infinite where there is none.
  private var limit = Double.infinity

  /// Makes a support from its description and a test of one finite number.
  public init(_ description: String, contains test: @escaping @Sendable (Double) -> Bool) {
    self.description = description
    self.test = test
    isUnlimited = false
  }

  private init() {
    description = "all numbers"
    test = { _ in true }
    isUnlimited = true
  }

  private init(
    _ description: String, from lowest: Double, to highest: Double = .infinity,
    contains test: @escaping @Sendable (Double) -> Bool
  ) {
    self.init(description, contains: test)
    (self.lowest, self.highest) = (lowest, highest)
  }

  /// A number that was to go to `far` from `near`, but keeps a sixteenth of its distance from a border.
  func restrained(_ far: Double, from near: Double) -> Double {
    var value = far
    if lowest.isFinite { value = max(value, lowest + (near - lowest) / 16) }
    if highest.isFinite { value = min(value, highest - (highest - near) / 16) }
    return value
  }

  /// Whether it is made of whole numbers: what probabilities, not densities, belong to.
  public var isDiscrete: Bool {
    [0.5, 0.25, 0.123, 1.5, -1.5, 2.75].allSatisfy { !contains($0) }
  }

  /// Whether it is 0 and 1 alone.
  package var isBinary: Bool {
    isDiscrete && contains(0) && contains(1) && [-1, 2, 3].allSatisfy { !contains($0) }
  }

  /// ``description``, with the limit where that is what `value` exceeds.
  func description(without value: Double) -> String {
    guard value >= limit else { return description }
    return description
      + " below \(limit.formatted(significant: 17)); beyond, doubles skip some"
  }

  /// Whether a finite number belongs to it.
  public func contains(_ value: Double) -> Bool { test(value) }

  /// All numbers.
  public static var real: Support { Support() }
  /// Numbers above 0.
  public static var positive: Support { Support("numbers > 0", from: 0) { $0 > 0 } }
  /// Numbers of at least 0.
  public static var nonNegative: Support { Support("numbers ≥ 0", from: 0) { $0 >= 0 } }
  /// 0, 1, 2, …, as far as doubles count by ones.
  public static var counts: Support {
    var support = Support("whole numbers ≥ 0", from: 0) {
      $0 >= 0 && $0 == $0.rounded() && $0 < 0x1p53
    }
    support.limit = 0x1p53
    return support
  }
  /// 0 and 1.
  public static var binary: Support { Support("0 and 1", from: 0, to: 1) { $0 == 0 || $0 == 1 } }
  /// Numbers from 0 to 1.
  public static var unitInterval: Support {
    Support("numbers from 0 to 1", from: 0, to: 1) { $0 >= 0 && $0 <= 1 }
  }
  /// Numbers above 0 and below 1.
  public static var openUnitInterval: Support {
    Support("numbers above 0 and below 1", from: 0, to: 1) { $0 > 0 && $0 < 1 }
  }
}

extension ComponentFamily {
  /// Refuses rows with a value outside of the family's support; rows of weight 0 don't matter.
  ///
  /// - Throws: `invalid-data` naming row, column, value and family.
  func checkSupport(of data: any DataSource, _ execution: Execution) throws {
    try data.check(
      (0..<traits.dimension).map { traits.support(ofColumn: $0) }, family: name, execution)
  }
}

extension FamilyContext {
  /// Refuses values outside of the supports of the columns, for families that work on the data before
  /// they are made.
  ///
  /// - Throws: `invalid-data` naming row, column, value and family.
  public func check(_ supports: [Support], family: String) throws {
    try data.check(supports, family: family, execution)
  }
}

extension DataSource {
  func check(_ supports: [Support], family: String, _ execution: Execution) throws {
    guard supports.contains(where: { !$0.isUnlimited }), rows > 0 else { return }
    let chunks = Chunks(rows: rows)
    let columns = columns
    try execution.forEach(
      chunks.count,
      makeWorker: { BlockBuffer(columns: columns, capacity: Chunks.rowsPerBlock(of: rows)) }
    ) { buffer, chunk in
      try chunks.forEachBlock(of: chunk) { range in
        try read(range, into: &buffer)
        let block = buffer.block
        for (j, support) in supports.enumerated() where !support.isUnlimited {
          let values = block.column(j)
          for i in values.indices where !support.contains(values[i]) {
            if buffer.hasWeights && !(buffer.weights()[i] > 0) { continue }
            if let missing, !missing.patterns[missing.pattern(of: block, row: i)].contains(j) {
              continue
            }
            throw outside(support, values[i], row: block.rowID(i), column: j, family)
          }
        }
      }
    }
  }

  private func outside(
    _ support: Support, _ value: Double, row: Int, column: Int, _ family: String
  ) -> EmulsionError {
    let place = "\(location(ofRow: row)), column \(quoted(columnNames[column]))"
    guard value.isFinite else { return notFinite(value, row: row, column: column) }
    return EmulsionError(
      .invalidData,
      "\(place): \(value.formatted(significant: 15)) has no density under the family "
        + "\(quoted(family)), which describes \(support.description(without: value))")
  }
}
