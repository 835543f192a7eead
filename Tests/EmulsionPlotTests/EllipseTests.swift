import Emulsion
import EmulsionPlot
import Foundation
import Testing

@Suite("Ellipses")
struct EllipseTests {
  @Test(
    "lie where the squared Mahalanobis distance is the quantile of χ² with two degrees of freedom",
    arguments: [(4.0, 1.2, 1.0), (1, 0, 1), (1e-6, -2e-4, 1), (2, 2.8, 4)])
  func distance(xx: Double, xy: Double, yy: Double) {
    let ellipse = Ellipse(mean: (3, -1), covariance: (xx, xy, yy))
    #expect(ellipse.points.count == 97)
    #expect(ellipse.points.first == ellipse.points.last)
    let determinant = xx * yy - xy * xy
    for point in ellipse.points {
      let (u, v) = (point[0] - 3, point[1] + 1)
      let distance = (yy * u * u - 2 * xy * u * v + xx * v * v) / determinant
      #expect((distance / 5.991464547107979 - 1).magnitude < 1e-6)
    }
  }

  @Test("of singular covariances are segments or points")
  func singular() {
    let flat = Ellipse(mean: (0, 0), covariance: (1, 2, 4))
    #expect(flat.points.allSatisfy { ($0[1] - 2 * $0[0]).magnitude < 1e-12 })
    let point = Ellipse(mean: (1, 2), covariance: (0, 0, 0))
    #expect(point.points.allSatisfy { $0 == [1, 2] })
  }
}

@Suite("Histograms")
struct HistogramTests {
  private let values = (0..<500).map { Double($0 * $0 % 370) * 0.1 }

  @Test("count every finite value once and have an area of 1")
  func area() {
    let histogram = Histogram(values + [.nan, .infinity])
    #expect(histogram.total == 500)
    #expect(histogram.counts.reduce(0, +) == 500)
    let area = histogram.boxes.reduce(0) { $0 + ($1[1] - $1[0]) * ($1[3] - $1[2]) }
    #expect((area - 1).magnitude < 1e-12)
  }

  @Test("have bins of 2·IQR/∛n, as numpy's rule fd", arguments: [50, 500, 5000])
  func rule(count: Int) {
    let values = (0..<count).map { i in
      let u = (Double(i) + 0.5) / Double(count)
      return u * u * 10
    }
    // Quartiles of n evenly spaced quantiles, between neighbours.
    func quartile(_ p: Double) -> Double {
      let place = Double(count - 1) * p
      let (a, b) = (values[Int(place)], values[min(Int(place) + 1, count - 1)])
      return a + (place - place.rounded(.down)) * (b - a)
    }
    let width = 2 * (quartile(0.75) - quartile(0.25)) / cbrt(Double(count))
    let span = values[count - 1] - values[0]
    let histogram = Histogram(values.reversed())
    #expect(histogram.counts.count == Int((span / width).rounded(.up)))
    #expect(histogram.rule == "bins by Freedman–Diaconis' rule")
  }

  @Test("count a weight of 3 as three values")
  func weights() {
    let weights = values.indices.map { Double($0 % 4) }
    let copies = zip(values, weights).flatMap { Array(repeating: $0, count: Int($1)) }
    let (a, b) = (Histogram(values, weights: weights), Histogram(copies))
    #expect(a.counts == b.counts && a.width == b.width && a.total == b.total)
  }

  @Test("say when the rule has no answer, and how many bins were asked for")
  func otherRules() {
    let alike = Histogram(Array(repeating: 1, count: 90) + [2, 3, 4])
    #expect(alike.counts.count == 8 && alike.rule.contains("Sturges"))
    #expect(Histogram(values, bins: 7).counts.count == 7)
    let far = Histogram(values + [1e9])
    #expect(far.counts.count == Histogram.mostBins && far.rule.contains("asks for more"))
  }

  @Test("of one value, or of none, have one bin", arguments: [[5.0, 5, 5], [], [.nan], [1e15]])
  func degenerate(values: [Double]) {
    let histogram = Histogram(values)
    #expect(histogram.counts == [Double(values.count { $0.isFinite })])
  }

  @Test("of whole numbers lie about them")
  func wholeNumbers() {
    let histogram = Histogram([0, 0, 1, 3], ofWholeNumbers: true)
    #expect(histogram.start == -0.5 && histogram.width == 1)
    #expect(histogram.counts == [2, 1, 0, 1] && histogram.highest == 0.5)
    let many = Histogram((0..<1000).map(Double.init), ofWholeNumbers: true)
    #expect(many.counts.reduce(0, +) == 1000 && many.width == 13)
  }
}

@Suite("Densities over two columns")
struct DensityGridTests {
  private let grid = DensityGrid(
    x: Axis(low: -5, high: 5), y: Axis(low: -5, high: 5), count: 200
  ) { points in points.map { exp(-($0.x * $0.x + $0.y * $0.y) / 2) } }

  @Test("have level sets that hold what they are to", arguments: [0.25, 0.5, 0.95])
  func circles(share: Double) throws {
    let lines = grid.contours(at: grid.height(holding: share))
    #expect(lines.count == 1)
    let line = try #require(lines.first)
    #expect(line.first == line.last)
    let radius = (-2 * log(1 - share)).squareRoot()
    for point in line {
      #expect(abs(hypot(point[0], point[1]) - radius) < 0.02 * radius)
    }
  }

  @Test("have lines that end at the border, two about two peaks, and none above the highest")
  func others() {
    let cut = DensityGrid(x: Axis(low: 0, high: 5), y: Axis(low: -5, high: 5)) {
      $0.map { exp(-($0.x * $0.x + $0.y * $0.y) / 2) }
    }
    let line = cut.contours(at: 0.5)
    #expect(line.count == 1 && line[0].first?[0] == 0 && line[0].last?[0] == 0)
    let peaks = DensityGrid(x: Axis(low: -5, high: 5), y: Axis(low: -5, high: 5)) {
      $0.map { exp(-pow(abs($0.x) - 3, 2) - $0.y * $0.y) }
    }
    #expect(peaks.contours(at: 0.5).count == 2)
    #expect(grid.contours(at: 2).isEmpty && grid.contours(at: 0).isEmpty)
  }
}

@Suite("Axes")
struct AxisTests {
  @Test(
    "have tics at round distances, with enough digits",
    arguments: [
      (0.0, 10.0, 5, 2.0, "%h"), (0.0, 1.0, 4, 0.5, "%h"), (4.1, 8.3, 5, 1.0, "%h"),
      (1e12, 1e12 + 10, 5, 2.0, "%.13g"), (-1e-150, 1e-150, 4, 5e-151, "%h"),
    ])
  func steps(low: Double, high: Double, count: Int, step: Double, format: String) {
    let axis = Axis(low: low, high: high)
    #expect((axis.step(count) / step - 1).magnitude < 1e-9)
    #expect(axis.format(count) == format)
  }
}
