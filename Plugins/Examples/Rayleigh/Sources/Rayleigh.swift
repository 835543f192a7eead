import CEmulsionPlugin
import Emulsion
import EmulsionPluginKit

/// Lengths of plane vectors of normal noise: p(x) = x/σ² · exp(−x²/2σ²) for x > 0; several columns
/// are independent given the component.
///
/// The M step is σ² = Σγx² / 2Σγ (Johnson, Kotz & Balakrishnan 1994, chapter 18).
public struct Rayleigh: UnivariateExponentialFamily {
  /// Makes the family.
  public init() {}
  /// `rayleigh`.
  public var name: String { "rayleigh" }
  /// `scale`, σ.
  public var parameters: [UnivariateParameter] {
    [UnivariateParameter("scale", in: .positive, neutral: 1)]
  }
  /// Numbers > 0.
  public var support: Support { .positive }

  /// The square.
  public func writeFeature(
    _ i: Int, of values: Span<Double>, into lanes: inout MutableSpan<Double>
  ) {
    for r in values.indices { lanes[r] = values[r] * values[r] }
  }

  /// η = −1/2σ² and −A = −ln σ².
  public func naturalForm(_ parameters: [Double]) -> (eta: [Double], constant: Double) {
    ([-0.5 / (parameters[0] * parameters[0])], -2 * Elementary.log(parameters[0], atLeast: -700))
  }

  /// ln x varies with x.
  public var hasBaseMeasure: Bool { true }

  /// Adds ln x.
  public func addLogBaseMeasure(of values: Span<Double>, to lanes: inout MutableSpan<Double>) {
    for r in values.indices { lanes[r] += Elementary.log(values[r], atLeast: -745) }
  }

  /// The root of half the weighted mean square.
  public func estimate(sums: [Double], count: Double, previous: [Double])
    -> [Double]
  { [(sums[0] / (2 * count)).squareRoot()] }

  /// σ √(−2 ln(1 − u)).
  public func sample(_ parameters: [Double], using random: inout CounterRandom) -> Double {
    parameters[0] * (-2 * Elementary.log(1 - random.uniform(), atLeast: -700)).squareRoot()
  }

  /// σ√(π/2) and (2 − π/2)σ².
  public func moments(_ parameters: [Double]) -> (mean: Double, variance: Double)? {
    (
      parameters[0] * (Double.pi / 2).squareRoot(),
      (2 - Double.pi / 2) * parameters[0] * parameters[0]
    )
  }
}

/// What Emulsion looks for in the library.
@c(emulsion_plugin_v1) public func plugin() -> UnsafePointer<emulsion_plugin>? {
  exportPlugin(Rayleigh())
}
