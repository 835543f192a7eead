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
  var restricted: [ParameterRole]?

  init(dimension: Int) { self.dimension = dimension }

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

  /// The whole sphere.
  public func noiseRegion(from lowest: [Double], to highest: [Double]) -> UniformRegion {
    UniformRegion(
      Array(repeating: nil, count: dimension),
      logDensity: -0.5 * Double(dimension) * Elementary.log(2 * .pi) - bessel(0).logScaled)
  }

  /// A direction like any other.
  public func sampleNoise(_ region: UniformRegion, using random: inout CounterRandom) -> [Double] {
    sample(neutralComponents(1)[0], using: &random)
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

  /// The direction of the sum, and the concentration that explains its length along the direction; a
  /// component without rows keeps its own.
  ///
  /// A tied direction is that of Σ κₖΣγx, with the concentrations before (Meng & Rubin 1993); a tied
  /// concentration explains the mean of all lengths.
  public func estimate(
    _ statistics: FeatureSums, counts: [Double], previous: [VonMisesFisherComponent]
  ) -> [VonMisesFisherComponent] {
    let negligible = counts.reduce(0, +) * 1e-15
    let used = previous.indices.filter { counts[$0] > negligible }
    let sums = previous.indices.map { Array(statistics[$0]) }
    let directions = directions(sums, used, previous)
    var concentrations = previous.map(\.concentration)
    func projection(_ k: Int) -> Double {
      zip(sums[k], directions[k]).reduce(0) { $0 + $1.0 * $1.1 }
    }
    switch concentrationRole {
    case .fixed(let value): concentrations = previous.map { _ in value }
    case .free: for k in used { concentrations[k] = concentration(of: projection(k) / counts[k]) }
    case .tied:
      let total = used.reduce(0) { $0 + counts[$1] }
      let shared = concentration(of: used.reduce(0) { $0 + projection($1) } / total)
      concentrations = previous.map { _ in shared }
    }
    return zip(directions, concentrations).map {
      VonMisesFisherComponent(direction: $0, concentration: $1)
    }
  }

  private func directions(
    _ sums: [[Double]], _ used: [Int], _ previous: [VonMisesFisherComponent]
  ) -> [[Double]] {
    if let fixedDirection { return previous.map { _ in fixedDirection } }
    var result = previous.map(\.direction)
    if restricted?.first == .tied {
      // Of components without concentration all directions are alike; at first no one has any.
      let isKnown = used.contains { previous[$0].concentration > 0 }
      let pooled = (0..<dimension).map { j in
        used.reduce(0) { $0 + (isKnown ? previous[$1].concentration : 1) * sums[$1][j] }
      }
      if let shared = Self.unit(pooled) { result = previous.map { _ in shared } }
    } else {
      for k in used { result[k] = Self.unit(sums[k]) ?? result[k] }
    }
    return result
  }

  private static func unit(_ vector: [Double]) -> [Double]? {
    let largest = vector.map(abs).max() ?? 0
    guard largest > 0, largest.isFinite else { return nil }
    let scaled = vector.map { $0 / largest }
    let length = scaled.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return scaled.map { $0 / length }
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

  /// d − 1 for the direction and 1 for the concentration, a component, less what is tied or fixed.
  public func freeParameters(_ components: [VonMisesFisherComponent]) -> Int {
    let k = components.count
    let directions =
      fixedDirection != nil ? 0 : (dimension - 1) * (restricted?.first == .tied ? 1 : k)
    return directions + [concentrationRole].freeParameters(components: k)
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
  /// What is tied or fixed.
  public var roles: [ParameterRole] { restricted ?? [] }

  private var concentrationRole: ParameterRole { restricted?.last ?? .free }

  private var fixedDirection: [Double]? {
    let values = roles.prefix(dimension).compactMap(\.fixedValue)
    return values.isEmpty ? nil : values
  }

  private static var concentrations: Support {
    Support("numbers from 0 to 1e8") { $0 >= 0 && $0 <= largestConcentration }
  }

  /// Takes on what the context restricts; a fixed direction is scaled to the length 1.
  ///
  /// - Throws: `invalid-option` for what does not fit.
  mutating func restrict(in context: FamilyContext) throws {
    var roles = try context.roles(
      of: parameters(of: neutralComponents(1)[0]), family: name,
      domains: ["concentration": Self.concentrations], wholes: ["mean_direction"])
    let given = roles.prefix(dimension).compactMap(\.fixedValue)
    if !given.isEmpty {
      guard let direction = Self.unit(given) else {
        throw EmulsionError(.invalidOption, "fixed: mean_direction is 0, which is no direction")
      }
      roles.replaceSubrange(0..<dimension, with: direction.map { .fixed($0) })
    }
    restricted = roles
  }

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
    let concentration = try reader.number("concentration", in: Self.concentrations)
    try reader.finish()
    guard let direction = fixedDirection ?? Self.unit(given) else {
      throw EmulsionError(
        .invalidOption,
        "a start's component of the family \"\(name)\": mean_direction is 0, which is no direction")
    }
    return VonMisesFisherComponent(direction: direction, concentration: concentration)
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
