import Emulsion

/// A Gaussian of variance 1 in one column that says wrongly how far its log-densities change, or not.
struct MisjudgedGaussian: FamilyDefinition, ExponentialFamily {
  enum Fault: CaseIterable { case none, peak, steepness, drift }

  struct Component: MixtureComponent { var mean: Double }

  let fault: Fault
  init(_ fault: Fault) { self.fault = fault }

  var name: String { "misjudged" }
  var dimension: Int { 1 }
  func makeFamily(in context: FamilyContext) -> any ComponentFamily { self }
  func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) -> any ComponentFamily { self }
  func encode(to encoder: any Encoder) {}

  var featureCount: Int { 2 }
  func writeFeatures(
    of block: borrowing Block, about reference: [Double], into features: inout LaneMatrix
  ) {
    let values = block.column(0)
    var lanes = features[row: 0]
    for i in values.indices { lanes[i] = values[i] }
    var squares = features[row: 1]
    for i in values.indices { squares[i] = values[i] * values[i] }
  }

  private static let peak = -0.5 * Elementary.log(2 * .pi, atLeast: -700)

  func writeNaturalParameters(
    of component: Component, about reference: [Double], into eta: inout MutableSpan<Double>
  ) -> Double {
    eta[0] = component.mean
    eta[1] = -0.5
    return Self.peak - 0.5 * component.mean * component.mean
  }

  func densityBounds(of components: [Component], in units: [Double]?) -> DensityBounds? {
    DensityBounds(
      units: units ?? [1],
      peaks: components.map { _ in Self.peak - (fault == .peak ? 0.5 : 0) },
      steepness: components.map { _ in (fault == .steepness ? 0.7 : 1) * (units?[0] ?? 1) })
  }

  func drift(from previous: [Component], to components: [Component]) -> [DensityDrift]? {
    zip(previous, components).map { before, after in
      let shift = fault == .drift ? 0 : abs(after.mean - before.mean)
      return DensityDrift(least: 1, greatest: 1, shift: shift)
    }
  }

  func neutralComponents(_ k: Int) -> [Component] {
    Array(repeating: Component(mean: 0), count: k)
  }
  func estimate(_ statistics: FeatureSums, counts: [Double], previous: [Component]) -> [Component] {
    counts.indices.map { Component(mean: (statistics[$0].first ?? 0) / counts[$0]) }
  }
  func freeParameters(_ components: [Component]) -> Int { components.count }
  func parameters(of component: Component) -> [NamedParameter] {
    [NamedParameter("mean", .scalar(component.mean))]
  }
  func component(from parameters: [String: ParameterValue]) throws -> Component {
    var reader = ParameterReader(parameters, of: name)
    let mean = try reader.number("mean", in: .real)
    try reader.finish()
    return Component(mean: mean)
  }
  func sample(_ component: Component, using random: inout CounterRandom) -> [Double] {
    [component.mean + random.normal()]
  }
}
