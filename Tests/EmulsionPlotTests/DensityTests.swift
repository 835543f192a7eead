import Emulsion
import EmulsionPlot
import EmulsionPlugins
import Foundation
import Testing

/// Curves of models of one column are their families' own densities.
@Suite("Densities of one column")
struct DensityTests {
  /// The points of the last line, which are those of the mixture or of the one component.
  private func curve(_ plot: Plot) throws -> [(x: Double, y: Double)] {
    let lines = plot.figure.panels[0].layers.compactMap { layer -> [[Double]]? in
      if case .lines(let lines) = layer.shape { lines.first } else { nil }
    }
    return try #require(lines.last).map { ($0[0], $0[1]) }
  }

  private func plot(_ family: String, _ values: [Double]) throws -> (Model, Plot) {
    let catalogue = Catalogue.withPlugins
    var options = FitOptions()
    options.family = try catalogue.family(named: family)
    let data = MatrixSource(Matrix(rows: values.count, columns: 1, values: values))
    let model = try catalogue.fit(data, options)
    return (model, try Plot.model(model, data: data))
  }

  @Test("a density is the model's, is 0 outside of its support, and holds all of the probability")
  func exponential() throws {
    // Quantiles of the exponential distribution.
    let values = (0..<200).map { -log(1 - (Double($0) + 0.5) / 200) }
    let (model, plot) = try plot("exponential", values)
    let points = try curve(plot)
    #expect(points.allSatisfy { $0.x >= 0 || $0.y == 0 })
    var area = 0.0
    for (a, b) in zip(points, points.dropFirst()) { area += (b.x - a.x) * (a.y + b.y) / 2 }
    #expect(abs(area - 1) < 0.02)
    let inside = points.filter { $0.x > 0.01 }
    let densities = try model.logDensity(
      Matrix(rows: inside.count, columns: 1, values: inside.map(\.x)), under: 0)
    for (point, density) in zip(inside, densities) {
      #expect(abs(point.y - exp(density)) < 1e-9)
    }
  }

  @Test("counts have probabilities at whole numbers alone, whose sum is 1")
  func counts() throws {
    let values = (0..<300).map { Double($0 * $0 % 7 + $0 % 3) }
    let points = try curve(plot("poisson", values).1)
    #expect(points.allSatisfy { $0.x == $0.x.rounded() && $0.x >= 0 })
    #expect(abs(points.reduce(0) { $0 + $1.y } - 1) < 0.05)
  }

  @Test("a normal density is what it was")
  func gaussian() throws {
    let values = (0..<100).map { Double($0 * 37 % 101) }
    let points = try curve(plot("gaussian", values).1)
    var area = 0.0
    for (a, b) in zip(points, points.dropFirst()) { area += (b.x - a.x) * (a.y + b.y) / 2 }
    #expect(area > 0.9 && area < 1)
  }
}
