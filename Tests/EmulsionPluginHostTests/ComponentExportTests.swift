import Emulsion
import EmulsionPluginHost
import EmulsionPluginKit
import EmulsionTestKit
import Testing

/// Families in Swift of any kind, by way of the C interface.
@Suite struct ComponentExportTests {
  private let data = MatrixSource(
    Matrix(
      rows: 200, columns: 2,
      values: (0..<200).flatMap { i -> [Double] in
        let centre = i % 3 == 0 ? 0.0 : 9.0
        return [centre + Double(i * 37 % 17) / 8, centre + Double(i * 53 % 19) / 9]
      }))

  private func definition() throws -> any FamilyDefinition {
    let table = exportPlugin { columns in Ball(dimension: columns) }
    return try #require(try PluginLibrary(table, path: "ball").families.first)
  }

  @Test func itKeepsTheLaws() throws {
    let example = FamilyExample(
      try definition(), data: data,
      components: [
        ["centre": .vector([0, 1]), "variance": .scalar(1)],
        ["centre": .vector([8, 9]), "variance": .scalar(2)],
      ])
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  @Test func itFitsAsTheSphericalGaussian() throws {
    var options = FitOptions()
    options.components = 2
    options.covariance = "spherical"
    options.initializer = GivenResponsibilities(
      Matrix(
        rows: 200, columns: 2, values: (0..<200).flatMap { $0 % 3 == 0 ? [1.0, 0] : [0.0, 1] }))
    let gaussian = try Catalogue.standard.fit(data, options)
    options.family = try definition()
    let model = try Catalogue.standard.fit(data, options)
    #expect(abs(model.logLikelihood - gaussian.logLikelihood) < 1e-9 * abs(gaussian.logLikelihood))
    #expect(model.freeParameters == gaussian.freeParameters)
  }

  /// Parameters that the interface has no shape for.
  @Test func whatDoesNotFitIsNoPlugin() {
    #expect(exportPlugin(columns: 3) { _ in Ball(dimension: 2) } != nil)
    #expect(exportPlugin { _ -> Ball in throw EmulsionError(.invalidOption, "no") } == nil)
  }
}

/// Gaussian balls: a centre and one variance.
private struct Ball: ComponentwiseFamily {
  struct Component: MixtureComponent {
    var centre: [Double]
    var variance: Double
  }

  let dimension: Int
  var name: String { "ball" }

  func neutralComponents(_ k: Int) -> [Component] {
    Array(
      repeating: Component(centre: Array(repeating: 0, count: dimension), variance: 1), count: k)
  }

  func emptyStatistics() -> Sums { Sums(count: dimension + 1) }

  func addLogDensity(
    of block: borrowing Block, under component: Component, to lanes: inout MutableSpan<Double>
  ) {
    let constant =
      -0.5 * Double(dimension) * Elementary.log(2 * Double.pi * component.variance)
    for i in 0..<block.rows {
      var distance = 0.0
      for j in 0..<dimension {
        let t = block.column(j)[i] - component.centre[j]
        distance += t * t
      }
      lanes[i] += constant - 0.5 * distance / component.variance
    }
  }

  func accumulate(
    _ block: borrowing Block, weights: Span<Double>, under component: Component,
    into sums: inout Sums
  ) {
    for j in 0..<dimension {
      let column = block.column(j)
      for i in 0..<block.rows {
        let t = column[i] - component.centre[j]
        sums[j] += weights[i] * t
        sums[dimension] += weights[i] * t * t
      }
    }
  }

  func estimate(_ statistics: [Sums], counts: [Double], previous: [Component]) -> [Component] {
    previous.indices.map { k in
      guard counts[k] > 0 else { return previous[k] }
      let shift = (0..<dimension).map { statistics[k][$0] / counts[k] }
      let rest = shift.reduce(statistics[k][dimension] / counts[k]) { $0 - $1 * $1 }
      return Component(
        centre: zip(previous[k].centre, shift).map(+),
        variance: max(rest / Double(dimension), 1e-300))
    }
  }

  func freeParameters(_ components: [Component]) -> Int { components.count * (dimension + 1) }

  func parameters(of component: Component) -> [NamedParameter] {
    [
      NamedParameter("centre", .vector(component.centre)),
      NamedParameter("variance", .scalar(component.variance)),
    ]
  }

  func component(from parameters: [String: ParameterValue]) throws -> Component {
    var reader = ParameterReader(parameters, of: name)
    let component = Component(
      centre: try reader.numbers("centre", count: dimension),
      variance: try reader.number("variance", in: .positive, default: 1))
    try reader.finish()
    return component
  }

  func sample(_ component: Component, using random: inout CounterRandom) -> [Double] {
    component.centre.map { $0 + component.variance.squareRoot() * random.normal() }
  }
}
