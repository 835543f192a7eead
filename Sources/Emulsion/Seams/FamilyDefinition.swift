/// What a family needs to know besides the data.
struct FamilySettings: Sendable {
  var covariance: any CovarianceModel
  var covarianceFloor: Double
  var regularization: Double
}

/// Makes a registered family for given data, or reads one back.
protocol FamilyDefinition: Sendable {
  /// The name it is registered by.
  var name: String { get }
  /// Whether the covariance option means something to it.
  var usesCovariance: Bool { get }
  /// A family for the data, after checking that it can describe them.
  func makeFamily(
    for data: any DataSource, _ summary: DataSummary, _ settings: FamilySettings,
    execution: Execution
  ) throws -> any ComponentFamily
  /// The family that a model file holds.
  func decodeFamily(from decoder: any Decoder) throws -> any ComponentFamily
}
