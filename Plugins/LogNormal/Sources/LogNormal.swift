import Emulsion

/// Positive, right-skewed numbers whose logarithms are Gaussian: p(x) = N(ln x | μ, Σ)/Πⱼ xⱼ, under
/// any covariance model of the logarithms.
///
/// The M step is the Gaussian's on ln x (Johnson, Kotz & Balakrishnan 1994, chapter 14).
public struct LogNormal: FamilyDefinition {
  /// Makes the definition.
  public init() {}
  /// `log_normal`.
  public var name: String { "log_normal" }
  /// For help.
  public var summary: String {
    "positive numbers whose logarithms are Gaussian; parameters log_mean, log_covariance"
  }
  /// True.
  public var usesCovariance: Bool { true }
  /// True.
  public var keepsConstraints: Bool { true }

  /// A Gaussian family of the logarithms.
  ///
  /// - Throws: `invalid-data` for numbers ≤ 0, `degenerate` where the logarithms are singular.
  public func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    try context.check(context.data.columnNames.map { _ in .positive }, family: name)
    let logarithms = try context.describing(LogarithmSource(base: context.data))
    return LogNormalFamily(
      gaussian: try GaussianDefinition().gaussianFamily(
        in: logarithms, parameters: ("log_mean", "log_covariance"), family: name))
  }

  /// Reads the Gaussian family back.
  public func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws
    -> any ComponentFamily
  {
    LogNormalFamily(gaussian: try GaussianFamily(from: decoder, catalogue: catalogue))
  }
}

/// The logarithms of positive numbers.
struct LogarithmSource: DataSource {
  let base: any DataSource

  var rows: Int { base.rows }
  var columnNames: [String] { base.columnNames }
  func location(ofRow row: Int) -> String { base.location(ofRow: row) }

  func read(_ range: Range<Int>, into buffer: inout BlockBuffer) throws {
    try base.read(range, into: &buffer)
    buffer.takeLogarithms(rows: range.count)
  }
}

extension BlockBuffer {
  /// Replaces every number by its logarithm; what is not positive stands in a row of weight 0, where
  /// any number will do.
  mutating func takeLogarithms(rows: Int) {
    var numbers = LaneMatrix(rows: 1, lanes: rows)
    for j in 0..<columns {
      withColumn(j) { lanes in
        var copy = numbers[row: 0]
        for i in 0..<rows { copy[i] = lanes[i] > 0 ? lanes[i] : 1 }
        Lanes.log(numbers.lanes(0, rows), into: &lanes)
      }
    }
  }
}
