/// What mixing probabilities are to depend on, as it is asked for before data are seen, such as a formula.
///
/// A ``Catalogue`` holds one, which reads what users write; see ``Catalogue/concomitant(_:of:)``.
public protocol CovariateDefinition: Sendable {
  /// The formula as it was written.
  var label: String { get }
  /// The columns it reads; `nil` for all that the family leaves.
  var requiredColumns: [String]? { get }
  /// What it makes of a column of texts; `nil` where it does not read the column.
  func reading(ofTextColumn name: String) -> TextReading?
  /// What a user wrote, read.
  ///
  /// - Throws: `invalid-option` telling what is wrong.
  func reading(_ text: String) throws -> any CovariateDefinition
  /// The covariates of given data.
  ///
  /// - Parameters:
  ///   - context: The data.
  ///   - others: The columns that the family leaves.
  /// - Throws: `invalid-data` for missing columns, `degenerate` where they determine no coefficients.
  func makeCovariates(in context: FamilyContext, among others: [String]) throws -> any Covariates
  /// The covariates that a model file holds, as their `encode(to:)` wrote them.
  func decodeCovariates(from decoder: any Decoder) throws -> any Covariates
}

/// Numbers of every row that mixing probabilities depend on, q of them, in coordinates that are good to
/// calculate with: centred and of unit deviation.
public protocol Covariates: Sendable, Encodable {
  /// What the coefficients are called, intercept first.
  var titles: [String] { get }
  /// Whether the first is 1 in every row.
  var hasIntercept: Bool { get }
  /// Where the columns stand that are read.
  var columns: [Int] { get }
  /// The numbers that column `j` may hold; `nil` where any.
  func domain(ofColumn j: Int) -> Support?
  /// Writes the covariates of every row into q rows of lanes.
  func write(_ block: borrowing Block, into lanes: inout LaneMatrix)
  /// Coefficients in the units of the data, from those in the frame.
  func fromFrame(_ coefficients: [Double]) -> [Double]
  /// Coefficients in the frame, from those in the units of the data.
  func toFrame(_ coefficients: [Double]) -> [Double]
  /// Measures from 0 from here on, so that an intercept may be restricted.
  mutating func uncentre()
}

/// Mixing probabilities that differ from row to row.
public protocol RowMixing: Sendable {
  /// Writes ln π of every row into K rows of lanes.
  func writeLogWeights(_ block: borrowing Block, into lanes: inout LaneMatrix)
}

/// What the mixing probabilities of a family depend on, beside what it describes.
public struct Concomitant: Sendable, Hashable {
  /// As the user wrote it.
  public let formula: String
  /// The columns that are read for it alone: the family describes the others.
  public let columns: [Int]

  /// Makes a description.
  public init(formula: String, columns: [Int]) { (self.formula, self.columns) = (formula, columns) }
}
