import Emulsion

/// A mean direction of length 1 and a concentration.
public struct VonMisesFisherComponent: MixtureComponent {
  let direction: [Double]
  let concentration: Double
}

/// Directions of rows; the features are the rows divided by their lengths.
public struct VonMisesFisherFamily: ExponentialFamily, Codable {
  /// Concentrations end here, where the rows of a component lie within 10⁻⁴ of each other.
  static let largestConcentration = 1e8

  /// d, the number of columns.
  public let dimension: Int

  /// `von_mises_fisher`.
  public var name: String { "von_mises_fisher" }
  /// One a column.
  public var featureCount: Int { dimension }

  /// Uniform on the sphere.
  public func neutralComponents(_ k: Int) -> [VonMisesFisherComponent] {
    let first = (0..<dimension).map { $0 == 0 ? 1.0 : 0 }
    return Array(
      repeating: VonMisesFisherComponent(direction: first, concentration: 0), count: k)
  }

  /// x/|x|, scaled by the largest |xⱼ| first, so that squares stay in the doubles; 0 for x = 0.
  public func writeFeatures(
    of block: borrowing Block, about reference: [Double], into features: inout LaneMatrix
  ) {
    var scratch = LaneMatrix(rows: 2, lanes: block.rows)
    for j in 0..<dimension {
      let values = block.column(j)
      var largest = scratch[row: 0]
      for i in values.indices { largest[i] = max(largest[i], abs(values[i])) }
    }
    var length = LaneMatrix(rows: 1, lanes: block.rows)
    for j in 0..<dimension {
      let (values, largest) = (block.column(j), scratch.lanes(0, block.rows))
      var lanes = features[row: j]
      var squares = length[row: 0]
      for i in values.indices {
        lanes[i] = largest[i] > 0 ? values[i] / largest[i] : 0
        squares[i] += lanes[i] * lanes[i]
      }
    }
    for j in 0..<dimension {
      let squares = length.lanes(0, block.rows)
      var lanes = features[row: j]
      for i in squares.indices where squares[i] > 0 { lanes[i] /= squares[i].squareRoot() }
    }
  }

  /// η = κμ and −A = ln C_d(κ) = −(d/2) ln 2π − ln(I_{d/2−1}(κ)/κ^{d/2−1}).
  public func writeNaturalParameters(
    of component: VonMisesFisherComponent, about reference: [Double],
    into eta: inout MutableSpan<Double>
  ) -> Double {
    let kappa = component.concentration
    for j in 0..<dimension { eta[j] = kappa * component.direction[j] }
    return -0.5 * Double(dimension) * Elementary.log(2 * .pi) - bessel(kappa).logScaled
  }

  private func bessel(_ kappa: Double) -> (logScaled: Double, ratio: Double) {
    ModifiedBessel.evaluate(order: 0.5 * Double(dimension) - 1, at: kappa)
  }

  /// The direction of the sum, and the concentration that explains its length; a component without
  /// rows keeps its own.
  public func estimate(
    _ statistics: FeatureSums, counts: [Double], previous: [VonMisesFisherComponent]
  ) -> [VonMisesFisherComponent] {
    let negligible = counts.reduce(0, +) * 1e-15
    return previous.indices.map { k in
      guard counts[k] > negligible else { return previous[k] }
      let mean = statistics[k].map { $0 / counts[k] }
      let length = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0 else {
        return VonMisesFisherComponent(direction: previous[k].direction, concentration: 0)
      }
      return VonMisesFisherComponent(
        direction: mean.map { $0 / length }, concentration: concentration(of: length))
    }
  }

  /// The root of A(κ) = length, with A′ = 1 − A² − (d − 1)A/κ, from the estimate of Banerjee,
  /// Dhillon, Ghosh & Sra (2005).
  private func concentration(of length: Double) -> Double {
    let d = Double(dimension)
    let begin = length * (d - length * length) / (1 - length * length)
    return SafeguardedNewton.root(in: 0...Self.largestConcentration, from: begin) { kappa in
      let ratio = bessel(kappa).ratio
      let expected = ratio * kappa
      return (length - expected, expected * expected + (d - 1) * ratio - 1)
    }
  }

  /// d − 1 for the direction and 1 for the concentration, a component.
  public func freeParameters(_ components: [VonMisesFisherComponent]) -> Int {
    components.count * dimension
  }

  /// Components whose rows all point in one direction.
  public func diagnose(_ components: [VonMisesFisherComponent], counts: [Double]) -> [Diagnosis] {
    components.enumerated().compactMap { k, component in
      component.concentration < 0.99 * Self.largestConcentration
        ? nil : Diagnosis(component: k, problem: "has collapsed: its rows point in one direction")
    }
  }

  /// Aμ, and (A/κ)I + (1 − A² − dA/κ)μμᵀ.
  public func moments(of component: VonMisesFisherComponent) -> Moments? {
    let ratio = bessel(component.concentration).ratio
    let expected = ratio * component.concentration
    let along = 1 - expected * expected - Double(dimension) * ratio
    let direction = component.direction
    var covariance = Matrix(rows: dimension, columns: dimension)
    for i in 0..<dimension {
      for j in 0..<dimension {
        covariance[i, j] = along * direction[i] * direction[j] + (i == j ? ratio : 0)
      }
    }
    return Moments(mean: direction.map { expected * $0 }, covariance: covariance)
  }

  /// The part along μ by rejection, the rest uniform across it (Wood 1994).
  public func sample(_ component: VonMisesFisherComponent, using random: inout CounterRandom)
    -> [Double]
  {
    let direction = component.direction
    let along = cosine(component.concentration, using: &random)
    var across = direction.map { _ in random.normal() }
    let projection = zip(across, direction).reduce(0) { $0 + $1.0 * $1.1 }
    across = zip(across, direction).map { $0 - projection * $1 }
    let length = across.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let scale = length > 0 ? max(0, 1 - along * along).squareRoot() / length : 0
    return zip(across, direction).map { scale * $0 + along * $1 }
  }

  private func cosine(_ kappa: Double, using random: inout CounterRandom) -> Double {
    let m = Double(dimension - 1)
    let b = m / (2 * kappa + (4 * kappa * kappa + m * m).squareRoot())
    let centre = (1 - b) / (1 + b)
    let bound = kappa * centre + m * Elementary.log(1 - centre * centre)
    while true {
      let (x, y) = (random.gamma(shape: m / 2), random.gamma(shape: m / 2))
      let z = x / (x + y)
      let w = (1 - (1 + b) * z) / (1 - (1 - b) * z)
      let level = kappa * w + m * Elementary.log(1 - centre * w) - bound
      if level >= Elementary.log(1 - random.uniform()) { return w }
    }
  }
}

extension VonMisesFisherFamily {
  /// `mean_direction` and `concentration`.
  public func parameters(of component: VonMisesFisherComponent) -> [NamedParameter] {
    [
      NamedParameter("mean_direction", .vector(component.direction)),
      NamedParameter("concentration", .scalar(component.concentration)),
    ]
  }

  /// A component from its mean direction, of any length above 0, and concentration.
  public func component(from parameters: [String: ParameterValue]) throws
    -> VonMisesFisherComponent
  {
    var reader = ParameterReader(parameters, of: name)
    let given = try reader.numbers("mean_direction", count: dimension)
    let domain = Support("numbers from 0 to 1e8") { $0 >= 0 && $0 <= Self.largestConcentration }
    let concentration = try reader.number("concentration", in: domain)
    try reader.finish()
    let largest = given.map(abs).max() ?? 0
    guard largest > 0 else {
      throw EmulsionError(
        .invalidOption,
        "a start's component of the family \"\(name)\": mean_direction is 0, which is no direction")
    }
    let scaled = given.map { $0 / largest }
    let length = scaled.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return VonMisesFisherComponent(
      direction: scaled.map { $0 / length }, concentration: concentration)
  }

  /// Reads back a component that fits the columns.
  public func decodeComponent(from decoder: any Decoder) throws -> VonMisesFisherComponent {
    let component = try VonMisesFisherComponent(from: decoder)
    guard component.direction.count == dimension,
      component.direction.allSatisfy({ abs($0) <= 1.000001 }),
      (0...Self.largestConcentration).contains(component.concentration)
    else { throw EmulsionError(.invalidData, "a component's direction doesn't fit the columns") }
    return component
  }
}
