import Emulsion

/// Checks that a family keeps what the driver and its users rest on.
///
/// Give it a family, data that it can describe and a number of components; `failures()` tells what is
/// broken, a sentence each. It uses no test library: call it from any.
///
/// ```swift
/// let kit = FamilyConformance(Poisson(), data: counts, components: 2)
/// #expect(try kit.failures() == [])
/// ```
public struct FamilyConformance: Sendable {
  /// What is checked.
  public let family: any FamilyDefinition
  /// Data that the family can describe; they need not come from it.
  public let data: MatrixSource
  /// K.
  public let components: Int
  /// The catalogue that models are loaded with.
  public let catalogue: Catalogue
  /// The covariance model, for families that use one.
  public var covariance = "full"
  /// Values that must be refused, by column.
  public var outside: [Int: [Double]] = [:]
  /// Points and the volumes they stand for: densities times volumes must sum to 1.
  public var grid: (points: Matrix, volumes: [Double])?
  /// Whether the family has a distribution over all columns, so that rows can be drawn.
  public var canSample = true
  /// Where model files may be written.
  public var temporaryPath: String

  /// Prepares the checks.
  public init(
    _ family: any FamilyDefinition, data: MatrixSource, components: Int,
    catalogue: Catalogue = .standard, temporaryPath: String
  ) {
    self.family = family
    self.data = data
    self.components = components
    self.temporaryPath = temporaryPath
    var known = catalogue
    if !known.familyNames.contains(family.name) { known.register(family) }
    self.catalogue = known
  }

  /// What is broken; empty where nothing is.
  ///
  /// - Throws: What a fit to the data throws.
  public func failures() throws -> [String] {
    let model = try fit(data)
    let start = given(model)
    var found: [String] = []
    found += checkMonotone(model)
    found += try checkRowByRow(model)
    found += try checkThreads(start)
    found += try checkWeights(start)
    found += try checkWeightlessRows(start)
    found += try checkSaving(model)
    found += try checkOutside()
    found += try checkGrid(model)
    if canSample { found += try checkSampling(model) }
    return found
  }

  func options(_ change: (inout FitOptions) -> Void = { _ in }) -> FitOptions {
    var options = FitOptions()
    options.family = family
    options.covariance = covariance
    options.components = components
    options.restarts = 4
    options.maximumIterations = 200
    options.tolerance = 1e-6
    change(&options)
    return options
  }

  func fit(_ data: MatrixSource, _ change: (inout FitOptions) -> Void = { _ in }) throws -> Model {
    try catalogue.fit(data, options(change))
  }

  /// A start from a model's parameters, told away from its optimum by equal weights.
  func given(_ model: Model) -> GivenParameters {
    GivenParameters(
      model.parameters.map { list in
        list.reduce(into: [:]) { $0[$1.name] = $1.value }
      })
  }
}

/// Whether two numbers agree relative to their size.
func areClose(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
  a == b || abs(a - b) <= tolerance * max(1, max(abs(a), abs(b)))
}
