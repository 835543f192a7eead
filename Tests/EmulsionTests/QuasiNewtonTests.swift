import Emulsion
import Testing

/// A function to be maximised, with where and how high its top is.
private struct Hill: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let start: [Double]
  let top: [Double]
  var height = 0.0
  /// The most looks that finding it may take.
  var looks = 60
  let value: @Sendable ([Double]) -> Double

  static let all = [
    Hill(testDescription: "a parabola in units far apart", start: [0, 0, 0], top: [3, -2e6, 4e-6]) {
      let (a, b, c) = ($0[0] - 3, ($0[1] + 2e6) / 1e6, ($0[2] - 4e-6) / 1e-6)
      return -(a * a + b * b + c * c + a * b)
    },
    // Rosenbrock (1960).
    Hill(testDescription: "a bent ridge", start: [-1.2, 1], top: [1, 1], looks: 100) {
      let (x, y) = ($0[0], $0[1])
      return -(100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x))
    },
    // Wood's function (Colville 1968).
    Hill(
      testDescription: "a ridge in four dimensions", start: [-3, -1, -3, -1], top: [1, 1, 1, 1],
      looks: 200
    ) {
      let (a, b, c, d) = ($0[0], $0[1], $0[2], $0[3])
      let (p, q) = (b - a * a, d - c * c)
      return
        -(100 * p * p + (1 - a) * (1 - a) + 90 * q * q + (1 - c) * (1 - c)
        + 10.1 * ((b - 1) * (b - 1) + (d - 1) * (d - 1)) + 19.8 * (b - 1) * (d - 1))
    },
    // The log-likelihood of exponential rows with mean 1e-3, in ln rate.
    Hill(
      testDescription: "a likelihood", start: [0], top: [Elementary.log(1000)],
      height: Elementary.log(1000) - 1
    ) { $0[0] - Elementary.exp($0[0]) * 1e-3 },
    // The log-likelihood of normal rows far from where the search begins, in mean and ln deviation.
    Hill(
      testDescription: "a likelihood far away", start: [0, 0], top: [7e7, Elementary.log(1e7)],
      height: -0.5 - Elementary.log(1e7)
    ) { -0.5 * (1e14 + ($0[0] - 7e7) * ($0[0] - 7e7)) * Elementary.exp(-2 * $0[1]) - $0[1] },
    // Beyond its border it is not a number.
    Hill(
      testDescription: "a hill at a border", start: [0.5], top: [Elementary.exp(-1)],
      height: Elementary.exp(-1)
    ) { $0[0] > 0 ? -$0[0] * Elementary.log($0[0]) : .nan },
  ]
}

@Suite("Maximisation by differences")
struct QuasiNewtonTests {
  @Test("The top is found in few looks", arguments: Hill.all)
  fileprivate func top(_ hill: Hill) {
    var search = QuasiNewton(at: hill.start, tolerance: 1e-12)
    var differences = CentralDifferences(at: hill.start)
    var looks = 0
    while !search.isSettled && looks < hill.looks {
      let point = search.trial
      let sample = differences.sample(
        around: point, values: differences.points(around: point).map(hill.value))
      search.tell(sample)
      differences.adapt(
        to: sample, at: point, most: Array(repeating: 1e9, count: point.count))
      looks += 1
    }
    #expect(search.isSettled)
    #expect(abs(search.value - hill.height) < 1e-9)
    for (found, expected) in zip(search.best, hill.top) {
      #expect(abs(found - expected) < 1e-4 * abs(expected))
    }
  }

  @Test("Values never fall, and what settles stays")
  func ascent() {
    let hill = Hill.all[1]
    var search = QuasiNewton(at: hill.start, tolerance: 1e-12)
    let differences = CentralDifferences(at: hill.start)
    var last = -Double.infinity
    for _ in 0..<100 {
      let point = search.trial
      search.tell(
        differences.sample(
          around: point, values: differences.points(around: point).map(hill.value)))
      #expect(search.value >= last)
      last = search.value
    }
    #expect(search.isSettled && search.trial == search.best)
  }

  @Test("A start without a value is given up")
  func lost() {
    var search = QuasiNewton(at: [1], tolerance: 1e-12)
    search.tell(.init(value: .nan, gradient: [.nan], curvature: [.nan]))
    #expect(search.isSettled && search.best == [1])
  }

  @Test("Differences are exact for parabolas, and one side decides at a border")
  func differences() {
    let differences = CentralDifferences(at: [1, 10])
    let points = differences.points(around: [1, 10])
    #expect(points.count == 5)
    let sample = differences.sample(
      around: [1, 10], values: points.map { $0[0] > 1 ? .nan : 3 * $0[0] - $0[1] * $0[1] })
    #expect(abs(sample.gradient[0] - 3) < 1e-6)
    #expect(abs(sample.gradient[1] + 20) < 1e-6)
    #expect(abs(sample.curvature[1] + 2) < 1e-3)
  }
}
