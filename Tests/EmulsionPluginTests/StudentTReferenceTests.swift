import Emulsion
import EmulsionData
import EmulsionPlugins
import EmulsionStudentT
import Testing

/// A maximum of the likelihood that `Reference/student_t.py` found without EM.
struct StudentTMaximum: Sendable, CustomTestStringConvertible {
  var data: String
  var columns: [String]
  var degrees: StudentT.DegreesOfFreedom
  /// Means to start from, k × d.
  var start: [[Double]]
  var logLikelihood: Double
  var degreesExpected: Double
  var weights: [Double]
  var means: [[Double]]
  /// The first row of each scale matrix.
  var scales: [[Double]]

  var testDescription: String { "\(data), K = \(weights.count), \(degrees)" }

  static let all = [
    StudentTMaximum(
      data: "galaxies", columns: ["velocity"], degrees: .shared, start: [[9.7], [21]],
      logLikelihood: -211.21475740695934, degreesExpected: 3.3652055494,
      weights: [0.0828895157, 0.9171104842], means: [[9.6288172390], [21.3609886817]],
      scales: [[0.1256577713], [4.1533540096]]),
    StudentTMaximum(
      data: "diabetes", columns: ["glucose", "insulin", "sspg"], degrees: .shared,
      start: [[100, 420, 160]],
      logLikelihood: -2470.5050596416245, degreesExpected: 1.4918590036,
      weights: [1], means: [[95.2242930969, 389.1103954412, 175.2217902280]],
      scales: [[276.5044697430, 1508.9753060599, -71.5451335589]]),
    StudentTMaximum(
      data: "diabetes", columns: ["glucose", "insulin", "sspg"], degrees: .shared,
      start: [[91, 360, 160], [200, 900, 200]],
      logLikelihood: -2339.5034279022193, degreesExpected: 4.9225923747,
      weights: [0.7658758437, 0.2341241563],
      means: [
        [93.0575846906, 378.0123005241, 189.7220823051],
        [209.0738467771, 1024.9348946880, 90.6471251998],
      ],
      scales: [
        [68.3497043602, 310.8903008176, 194.6041133529],
        [5203.7401047544, 20943.0336588730, -2685.3782452582],
      ]),
    StudentTMaximum(
      data: "faithful", columns: ["eruptions", "waiting"], degrees: .fixed(4),
      start: [[2, 54], [4.3, 80]],
      logLikelihood: -1140.5330035390557, degreesExpected: 4,
      weights: [0.3518055725, 0.6481944275],
      means: [[1.9878566707, 53.9805010682], [4.3221184847, 80.0106352469]],
      scales: [[0.0406787951, 0.2789701327], [0.1234881662, 0.6218008174]]),
  ]
}

@Suite struct StudentTReferenceTests {
  @Test(arguments: StudentTMaximum.all)
  func reachesTheMaximum(_ maximum: StudentTMaximum) throws {
    let data = try DataSets.table(named: maximum.data).source(columns: maximum.columns)
    var options = FitOptions()
    options.family = StudentT(degreesOfFreedom: maximum.degrees)
    options.components = maximum.start.count
    options.initializer = GivenMeans(
      means: Matrix(
        rows: maximum.start.count, columns: maximum.columns.count,
        values: maximum.start.flatMap { $0 }))
    options.covarianceFloor = 0
    options.tolerance = 0
    options.maximumIterations = 2000
    let model = try Catalogue.withPlugins.fit(data, options)

    let tolerance = 1e-6
    #expect(abs(model.logLikelihood / maximum.logLikelihood - 1) < 1e-9)
    for (own, expected) in zip(model.weights, maximum.weights) {
      #expect(abs(own - expected) < tolerance)
    }
    for (k, parameters) in model.parameters.enumerated() {
      let own = ["mean", "scale", "degrees_of_freedom"]
        .flatMap { (parameters.byName[$0]?.numbers ?? []).prefix(maximum.columns.count) }
      let expected = maximum.means[k] + maximum.scales[k] + [maximum.degreesExpected]
      #expect(own.count == expected.count)
      for (a, b) in zip(own, expected) { #expect(abs(a - b) <= tolerance * max(1, abs(b))) }
    }
  }

  /// A component that is Gaussian, whose degrees of freedom EM would raise for more than 20,000 iterations: they go to the
  /// end of their range. Values of EM written in NumPy with the second component's held there.
  @Test func degreesOfFreedomGrowOn() throws {
    let data = try DataSets.table(named: "faithful").source(columns: ["eruptions", "waiting"])
    let scales = [
      [0.651364166424734, 6.988903923377466, 6.988903923377466, 92.41165617538526],
      [0.9119098329946276, 9.784465492728451, 9.784465492728451, 129.37631864553936],
    ]
    var options = FitOptions()
    options.family = StudentT(degreesOfFreedom: .each)
    options.components = 2
    options.initializer = GivenParameters(
      zip([[1.8, 54], [3.6, 79]], scales).map { mean, scale in
        [
          "mean": .vector(mean), "scale": .matrix(Matrix(rows: 2, columns: 2, values: scale)),
          "degrees_of_freedom": .scalar(10),
        ]
      }, weights: [0.4, 0.6])
    (options.covarianceFloor, options.tolerance) = (0, 1e-7)
    let model = try Catalogue.withPlugins.fit(data, options)
    #expect(model.hasConverged && model.iterations < 200, "\(model.iterations)")
    #expect(abs(model.logLikelihood - -1129.9387084876503) < 1e-6)
    let degrees = model.parameters.flatMap { $0.byName["degrees_of_freedom"]?.numbers ?? [] }
    for (own, expected) in zip(degrees, [19.1520075, 1e5]) {
      #expect(abs(own / expected - 1) < 1e-3)
    }
  }
}
