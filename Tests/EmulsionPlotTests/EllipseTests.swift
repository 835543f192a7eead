import Emulsion
import EmulsionPlot
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
  @Test("count every finite value once and have an area of 1")
  func area() {
    let values = (0..<500).map { Double($0 % 37) * 0.1 } + [.nan, .infinity]
    let labels = (0..<502).map { $0 % 4 - 1 }
    let histogram = Histogram(values, labels: labels, classes: 3)
    #expect(histogram.total == 500)
    #expect(histogram.counts.joined().reduce(0, +) == 500)
    #expect(histogram.counts.count == 4)
    let area = (0...3).flatMap(histogram.stacked).reduce(0) {
      $0 + ($1[1] - $1[0]) * ($1[3] - $1[2])
    }
    #expect((area - 1).magnitude < 1e-12)
    #expect(histogram.highest > 0)
  }

  @Test("of one value, or of none, have one bin", arguments: [[5.0, 5, 5], [], [.nan]])
  func degenerate(values: [Double]) {
    let histogram = Histogram(values, labels: values.map { _ in 0 }, classes: 1)
    #expect(histogram.counts.map(\.count) == [1, 1])
    #expect(histogram.counts[0][0] == values.filter(\.isFinite).count)
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
