import Emulsion
import EmulsionPluginHost
import EmulsionPluginKit
import EmulsionTestKit
import Synchronization
import Testing

/// Exponential families by way of the C interface, which has their features.
@Suite struct NaturalExportTests {
  /// Shares of `columns` things, which sum to 1, from two components.
  private func shares(_ rows: Int, columns: Int) -> MatrixSource {
    let components = [1.0, 3].map { start in
      Dirichlet.Component(concentration: (0..<columns).map { start + 2 * Double($0 % 3) })
    }
    let family = Dirichlet(dimension: columns)
    return MatrixSource(
      Matrix(
        rows: rows, columns: columns,
        values: (0..<rows).flatMap { i -> [Double] in
          var random = CounterRandom(seed: 3, stream: UInt64(i))
          return family.sample(components[i % 2], using: &random)
        }))
  }

  private func exported(_ calls: Calls? = nil) throws -> any FamilyDefinition {
    let table = exportPlugin { columns in Dirichlet(dimension: columns, calls: calls) }
    return try #require(try PluginLibrary(table, path: "dirichlet").families.first)
  }

  private func fit(_ data: MatrixSource, _ family: any FamilyDefinition, components: Int = 2) throws
    -> Model
  {
    var options = FitOptions()
    (options.family, options.components) = (family, components)
    (options.tolerance, options.maximumIterations) = (0, 20)
    options.initializer = GivenLabels((0..<data.rows).map { $0 % components })
    return try Catalogue.standard.fit(data, options)
  }

  @Test func itKeepsTheLaws() throws {
    let example = FamilyExample(
      try exported(), data: shares(60, columns: 3),
      components: [
        ["concentration": .vector([1, 3, 5])], ["concentration": .vector([4, 2, 2])],
      ], exempt: [.hostileRows])
    let found = example.findings()
    #expect(found.violations.isEmpty, "\(found.violations)")
    // Shares lie in a plane.
    #expect(found.unchecked.map(\.law).contains(.density))
  }

  @Test func itFitsAsTheFamilyItself() throws {
    let data = shares(700, columns: 4)
    let (own, other) = (try fit(data, Dirichlet(dimension: 4)), try fit(data, exported()))
    #expect(own.trace.count == other.trace.count)
    for (a, b) in zip(own.trace, other.trace) { #expect(abs(a - b) <= 1e-10 * abs(a)) }
    #expect(own.parameters == other.parameters || own.freeParameters == other.freeParameters)
  }

  /// However many components there are.
  @Test func featuresOfABlockAreWrittenOnce() throws {
    let data = shares(500, columns: 3)
    let counts = try [2, 5].map { components in
      let calls = Calls()
      _ = try fit(data, exported(calls), components: components)
      return calls.count.load(ordering: .relaxed)
    }
    #expect(counts[0] > 0 && Double(counts[1]) < 1.5 * Double(counts[0]), "\(counts)")
  }
}

/// How often features were written.
private final class Calls: Sendable {
  let count = Atomic<Int>(0)
}

/// Shares of several things: p(x) = Γ(Σα)/∏Γ(α) ∏x^(α − 1) (Minka 2000).
private struct Dirichlet: FamilyDefinition, ExponentialFamily {
  struct Component: MixtureComponent {
    var concentration: [Double]
  }

  let dimension: Int
  var calls: Calls?

  var name: String { "dirichlet" }
  var featureCount: Int { dimension }
  func support(ofColumn j: Int) -> Support { .openUnitInterval }
  func makeFamily(in context: FamilyContext) -> any ComponentFamily { self }
  func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) -> any ComponentFamily { self }
  func encode(to encoder: any Encoder) {}

  func neutralComponents(_ k: Int) -> [Component] {
    Array(repeating: Component(concentration: Array(repeating: 1, count: dimension)), count: k)
  }

  func writeFeatures(
    of block: borrowing Block, about reference: [Double], into features: inout LaneMatrix
  ) {
    calls?.count.add(1, ordering: .relaxed)
    for j in 0..<dimension {
      var lanes = features[row: j]
      Lanes.log(block.column(j), into: &lanes)
    }
  }

  func writeNaturalParameters(
    of component: Component, about reference: [Double], into eta: inout MutableSpan<Double>
  ) -> Double {
    var offset = Elementary.logGamma(component.concentration.reduce(0, +))
    for (j, alpha) in component.concentration.enumerated() {
      eta[j] = alpha - 1
      offset -= Elementary.logGamma(alpha)
    }
    return offset
  }

  /// Newton's method, whose matrix is a diagonal and a constant.
  func estimate(_ statistics: FeatureSums, counts: [Double], previous: [Component]) -> [Component] {
    previous.indices.map { k in
      guard counts[k] > 0 else { return previous[k] }
      let logs = statistics[k].map { $0 / counts[k] }
      var alpha = previous[k].concentration
      for _ in 0..<60 {
        let sum = alpha.reduce(0, +)
        let slopes = zip(alpha, logs).map {
          SpecialFunctions.digamma(sum) - SpecialFunctions.digamma($0) + $1
        }
        let diagonal = alpha.map { -SpecialFunctions.trigamma($0) }
        let shared =
          zip(slopes, diagonal).reduce(0) { $0 + $1.0 / $1.1 }
          / (1 / SpecialFunctions.trigamma(sum) + diagonal.reduce(0) { $0 + 1 / $1 })
        alpha = alpha.indices.map {
          max(alpha[$0] / 4, alpha[$0] - (slopes[$0] - shared) / diagonal[$0])
        }
      }
      return Component(concentration: alpha)
    }
  }

  func freeParameters(_ components: [Component]) -> Int { components.count * dimension }

  func parameters(of component: Component) -> [NamedParameter] {
    [NamedParameter("concentration", .vector(component.concentration))]
  }

  func component(from parameters: [String: ParameterValue]) throws -> Component {
    var reader = ParameterReader(parameters, of: name)
    let values = try reader.numbers("concentration", count: dimension, in: .positive)
    try reader.finish()
    return Component(concentration: values)
  }

  func sample(_ component: Component, using random: inout CounterRandom) -> [Double] {
    let draws = component.concentration.map { random.gamma(shape: $0) }
    let sum = draws.reduce(0, +)
    return draws.map { $0 / sum }
  }
}
