import Emulsion

/// A Gaussian family of logarithms: every part is the Gaussian's, on a block of ln x, and the density
/// has the factor Π 1/xⱼ.
public struct LogNormalFamily: ExponentialFamily {
  let gaussian: GaussianFamily

  /// `log_normal`.
  public var name: String { "log_normal" }
  /// The number of columns.
  public var dimension: Int { gaussian.dimension }
  /// The Gaussian's.
  public var featureCount: Int { gaussian.featureCount }
  /// Numbers > 0.
  public func support(ofColumn j: Int) -> Support { .positive }

  /// The Gaussian's.
  public var roles: [ParameterRole] { gaussian.roles }

  /// The Gaussian's.
  public func neutralComponents(_ k: Int) -> [Gaussian] { gaussian.neutralComponents(k) }
  /// The Gaussian's.
  public func references(for components: [Gaussian]) -> References {
    gaussian.references(for: components)
  }
  /// The Gaussian's.
  public func freeParameters(_ components: [Gaussian]) -> Int {
    gaussian.freeParameters(components)
  }
  /// The Gaussian's.
  public func diagnose(_ components: [Gaussian], counts: [Double]) -> [Diagnosis] {
    gaussian.diagnose(components, counts: counts)
  }
  /// The Gaussian's.
  public func notes(on components: [Gaussian]) -> [String] { gaussian.notes(on: components) }
  /// The Gaussian's.
  public func decodeComponent(from decoder: any Decoder) throws -> Gaussian {
    try gaussian.decodeComponent(from: decoder)
  }
  /// Writes the Gaussian family.
  public func encode(to encoder: any Encoder) throws { try gaussian.encode(to: encoder) }

  /// The Gaussian's, of ln x.
  public func writeFeatures(
    of block: borrowing Block, about reference: [Double], into features: inout LaneMatrix
  ) {
    var buffer = BlockBuffer(columns: block.columns, capacity: block.rows)
    buffer.begin(block.rowID(0)..<block.rowID(0) + block.rows)
    for j in 0..<block.columns {
      let values = block.column(j)
      buffer.withColumn(j) { lanes in Lanes.log(values, into: &lanes) }
    }
    gaussian.writeFeatures(of: buffer.block, about: reference, into: &features)
  }

  /// The Gaussian's.
  public func writeNaturalParameters(
    of component: Gaussian, about reference: [Double], into eta: inout MutableSpan<Double>
  ) throws -> Double {
    try gaussian.writeNaturalParameters(of: component, about: reference, into: &eta)
  }

  /// The Gaussian's.
  public func centeredLogDensity(of component: Gaussian) throws -> (any CenteredLogDensity)? {
    try gaussian.centeredLogDensity(of: component)
  }

  /// Π 1/xⱼ varies with x.
  public var hasBaseMeasure: Bool { true }

  /// Adds −Σ ln xⱼ.
  public func addLogBaseMeasure(of block: borrowing Block, to lanes: inout MutableSpan<Double>) {
    var logarithms = LaneMatrix(rows: 1, lanes: block.rows)
    for j in 0..<dimension {
      var row = logarithms[row: 0]
      Lanes.log(block.column(j), into: &row)
      for i in 0..<block.rows { lanes[i] -= row[i] }
    }
  }

  /// The Gaussian's M step.
  public func estimate(_ statistics: FeatureSums, counts: [Double], previous: [Gaussian]) throws
    -> [Gaussian]
  {
    try gaussian.estimate(statistics, counts: counts, previous: previous)
  }
}

extension LogNormalFamily {
  /// `log_mean` and `log_covariance`, the moments of ln x.
  public func parameters(of component: Gaussian) -> [NamedParameter] {
    gaussian.parameters(of: component).map { NamedParameter("log_\($0.name)", $0.value) }
  }

  /// That of `log_covariance`.
  public func covarianceModel(ofParameter name: String) -> (any CovarianceModel)? {
    name == "log_covariance" ? gaussian.covarianceModel : nil
  }

  /// A component from `log_mean` (needed) and `log_covariance` (the data's by default).
  public func component(from parameters: [String: ParameterValue]) throws -> Gaussian {
    for key in parameters.keys.sorted() where !["log_mean", "log_covariance"].contains(key) {
      throw EmulsionError(
        .invalidOption,
        "a log-normal component has no parameter \"\(key)\"; it has log_mean, log_covariance")
    }
    let pairs = parameters.map { (String($0.key.dropFirst("log_".count)), $0.value) }
    return try gaussian.component(from: Dictionary(uniqueKeysWithValues: pairs))
  }

  /// exp(μᵢ + Σᵢᵢ/2), and mᵢmⱼ(exp(Σᵢⱼ) − 1); `nil` beyond the doubles.
  public func moments(of component: Gaussian) -> Moments? {
    guard let logs = gaussian.moments(of: component) else { return nil }
    let mean = (0..<dimension).map {
      Elementary.exp(logs.mean[$0] + 0.5 * logs.covariance[$0, $0])
    }
    if logs.covariance.isDiagonal {
      let variances = mean.indices.map {
        mean[$0] * mean[$0] * Elementary.expm1(logs.covariance[$0, $0])
      }
      guard (mean + variances).allSatisfy(\.isFinite) else { return nil }
      return Moments(mean: mean, covariance: Covariance(variances: variances))
    }
    var covariance = Matrix(rows: dimension, columns: dimension)
    for i in 0..<dimension {
      for j in 0..<dimension {
        covariance[i, j] = mean[i] * mean[j] * Elementary.expm1(logs.covariance[i, j])
      }
    }
    guard mean.allSatisfy(\.isFinite), covariance.values.allSatisfy(\.isFinite) else { return nil }
    return Moments(mean: mean, covariance: covariance)
  }

  /// e^z of a Gaussian z.
  public func sample(_ component: Gaussian, using random: inout CounterRandom) -> [Double] {
    gaussian.sample(component, using: &random).map {
      max(Elementary.exp($0), .leastNormalMagnitude)
    }
  }
}
