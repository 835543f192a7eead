import Emulsion
import EmulsionBernoulli
import EmulsionBeta
import EmulsionCategorical
import EmulsionExponential
import EmulsionGamma
import EmulsionLogNormal
import EmulsionMultinomial
import EmulsionNegativeBinomial
import EmulsionPlugins
import EmulsionPoisson
import EmulsionRegression
import EmulsionStudentT
import Testing

/// Standard errors by information, against a Hessian in the parameters themselves: weights, means and covariances
/// as they are, where the core takes logarithms and rotations.
@Suite struct InformationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let family: any FamilyDefinition
    var covariance = "full"
    var columns = ["a", "b"]
    /// How many numbers of a parameter, one after the other, sum to 1; 0 where none do.
    var shares = 0
    var rows = 300
    /// Parameters that are not estimated.
    var known: Set<String> = []
    /// A row of one of two components.
    let row: @Sendable (Bool, inout CounterRandom) -> [Double]
    var testDescription: String { "\(family.label) \(covariance)" }
  }

  private static func plane(_ isFirst: Bool, _ random: inout CounterRandom) -> [Double] {
    let (x, y) = (random.normal(), random.normal())
    return isFirst ? [x, 0.5 * x + y] : [6 + 1.4 * x, 4 - 0.4 * x + 0.8 * y]
  }

  private static func factored(_ isFirst: Bool, _ random: inout CounterRandom) -> [Double] {
    let (y, z) = (random.normal(), random.normal())
    return (0..<6).map { j in
      let shared = (j < 3 ? y : z) * (isFirst ? 1.2 : 0.8) + (j % 3 == 0 ? 0.4 * (y - z) : 0)
      return (isFirst ? 0 : 7) + shared + (0.7 + 0.1 * Double(j)) * random.normal()
    }
  }

  private static func heavy(_ isFirst: Bool, _ random: inout CounterRandom) -> [Double] {
    let stretch = (2 / random.gamma(shape: 2)).squareRoot()
    let row = plane(isFirst, &random)
    return isFirst
      ? row.map { $0 * stretch } : [14 + (row[0] - 6) * stretch, 10 + (row[1] - 4) * stretch]
  }

  private static func positive(_ isFirst: Bool, _ random: inout CounterRandom) -> [Double] {
    isFirst
      ? [random.gamma(shape: 3), random.gamma(shape: 6)]
      : [20 + 4 * random.gamma(shape: 5), 30 + 3 * random.gamma(shape: 4)]
  }

  private static func waits(_ isFirst: Bool, _ random: inout CounterRandom) -> [Double] {
    (0..<2).map { _ in random.gamma(shape: 1) * (isFirst ? 1 : 60) }
  }

  private static func counts(_ isFirst: Bool, _ random: inout CounterRandom) -> [Double] {
    (0..<2).map { j in
      random.poisson(mean: (isFirst ? 4 : 60) * random.gamma(shape: 3) / (j == 0 ? 3 : 2))
    }
  }

  private static func shares(_ isFirst: Bool, _ random: inout CounterRandom) -> [Double] {
    (0..<2).map { _ in
      let (a, b) = (random.gamma(shape: isFirst ? 3 : 20), random.gamma(shape: isFirst ? 20 : 4))
      return a / (a + b)
    }
  }

  private static func answers(_ isFirst: Bool, _ random: inout CounterRandom) -> [Double] {
    (0..<6).map { j in random.uniform() < (isFirst ? 0.15 : 0.8) + 0.01 * Double(j) ? 1 : 0 }
  }

  private static func levels(_ isFirst: Bool, _ random: inout CounterRandom) -> [Double] {
    (0..<6).map { _ in
      let u = random.uniform()
      return isFirst ? (u < 0.7 ? 0 : u < 0.9 ? 1 : 2) : (u < 0.1 ? 0 : u < 0.35 ? 1 : 2)
    }
  }

  private static func words(_ isFirst: Bool, _ random: inout CounterRandom) -> [Double] {
    var result = [0.0, 0, 0]
    for _ in 0..<12 {
      let u = random.uniform()
      result[isFirst ? (u < 0.6 ? 0 : u < 0.85 ? 1 : 2) : (u < 0.15 ? 0 : u < 0.4 ? 1 : 2)] += 1
    }
    return result
  }

  private static func line(_ isFirst: Bool, _ random: inout CounterRandom) -> [Double] {
    let x = 2 * random.uniform()
    return [x, (isFirst ? 1 + x : 9 - 2 * x) + 0.5 * random.normal()]
  }

  private static func countedLine(_ isFirst: Bool, _ random: inout CounterRandom) -> [Double] {
    let x = 2 * random.uniform()
    return [x, random.poisson(mean: isFirst ? 2 + x : 40 + 10 * x)]
  }

  private static let six = ["a", "b", "c", "d", "e", "f"]

  static var cases: [Case] {
    let line = try? Regression("b ~ a")
    let counted = try? Regression("b ~ a", distribution: "poisson")
    let product = try? ProductDefinition([
      Gamma().on(columns: ["a"]), LogNormal().on(columns: ["b"]),
    ])
    return [
      Case(family: GaussianDefinition(), row: plane),
      Case(family: GaussianDefinition(), covariance: "diagonal", row: plane),
      Case(family: GaussianDefinition(), covariance: "tied", row: plane),
      Case(
        family: GaussianDefinition(), covariance: "factors:2:UUU", columns: six, rows: 500,
        row: factored),
      Case(
        family: GaussianDefinition(), covariance: "factors:1:UCU", columns: six, rows: 500,
        row: factored),
      Case(
        family: GaussianDefinition(), covariance: "factors:2:CUC", columns: six, rows: 500,
        row: factored),
      Case(family: StudentT(), rows: 600, row: heavy),
      Case(
        family: StudentT(degreesOfFreedom: .fixed(4)), known: ["degrees_of_freedom"], row: heavy),
      Case(family: LogNormal(), row: positive), Case(family: Gamma(), row: positive),
      Case(family: Exponential(), row: waits), Case(family: Beta(), row: shares),
      Case(family: Poisson(), row: counts), Case(family: NegativeBinomial(), row: counts),
      Case(family: Bernoulli(), columns: six, rows: 500, row: answers),
      Case(family: Categorical(), columns: six, shares: 3, rows: 500, row: levels),
      Case(family: Multinomial(), columns: ["a", "b", "c"], shares: 3, row: words),
    ]
      + [
        line.map { Case(family: $0, row: Self.line) },
        counted.map { Case(family: $0, row: countedLine) },
        product.map { Case(family: $0, row: positive) },
      ].compactMap { $0 }
  }

  /// A level that a component has not is at its border however soon EM ends: no standard error, a warning, and the
  /// others are as if it were not there.
  @Test(arguments: [0.01, 1e-8], [Intervals.Method.information, .sandwich])
  func probabilitiesAtTheirBorder(tolerance: Double, method: Intervals.Method) throws {
    let values = (0..<120).flatMap { (i: Int) -> [Double] in
      let isFirst = i % 2 == 0
      let x: Double = isFirst ? (i % 5 == 0 ? 1 : 0) : (i % 3 == 0 ? 2 : 1)
      let y: Double = isFirst == (i % 7 > 0) ? 1 : 0
      let z: Double = isFirst == (i % 11 > 1) ? 1 : 0
      return [x, y, z]
    }
    let data = MatrixSource(
      Matrix(rows: 120, columns: 3, values: values), columnNames: ["x", "y", "z"])
    var options = FitOptions()
    (options.family, options.components, options.tolerance) = (Categorical(), 2, tolerance)
    let model = try Catalogue.withPlugins.fit(data, options)
    var wanted = IntervalOptions()
    wanted.method = method
    let intervals = try model.intervals(data, wanted)
    let bound = intervals.rows.filter { $0.estimate < 1e-4 }
    #expect(bound.count == 2 && bound.allSatisfy { $0.standardError.isNaN && $0.lower.isNaN })
    #expect(intervals.warnings.count { $0.contains("at the border") } == 2)
    #expect(intervals.rows.count { $0.standardError.isFinite } == intervals.rows.count - 2)
  }

  @Test(arguments: cases)
  func `they are those of a numerical Hessian`(item: Case) throws {
    let (model, source, options) = try Self.fit(item)
    let found = try model.intervals(source).rows
    let expected = try Self.errors(of: model, item, source, options, found.map(\.standardError))
    #expect(found.count == expected.count)
    for (row, error) in zip(found, expected) {
      #expect(
        abs(row.standardError / error - 1) < 1e-5,
        "\(row.parameter) of \(row.component ?? -1): \(row.standardError), not \(error)")
    }
  }

  private static func fit(_ item: Case) throws -> (Model, MatrixSource, FitOptions) {
    var random = CounterRandom(seed: 4)
    let values = (0..<item.rows).flatMap { item.row($0 % 5 < 3, &random) }
    let source = MatrixSource(
      Matrix(rows: item.rows, columns: item.columns.count, values: values),
      columnNames: item.columns)
    var options = FitOptions()
    options.family = item.family
    options.covariance = item.covariance
    options.components = 2
    options.seed = 1
    options.tolerance = 1e-12
    options.maximumIterations = 20_000
    return (try Catalogue.withPlugins.fit(source, options), source, options)
  }

  /// A number of the model, and how moving it moves the numbers of components: place, number, and by how much.
  private struct Coordinate {
    var weight = 0.0
    var moves: [(k: Int, i: Int, by: Double)] = []
  }

  /// Standard errors in the order in which intervals tell them; `widths` are about as large.
  private static func errors(
    of model: Model, _ item: Case, _ source: MatrixSource, _ options: FitOptions,
    _ widths: [Double]
  ) throws -> [Double] {
    var coordinates = [Coordinate(weight: 1)]
    var steps = [widths[0]]
    let pattern = try Catalogue.withPlugins.covarianceModel(named: item.covariance).factorPattern
    // Each told number as a sum of coordinates.
    var told: [[(Int, Double)]] = []
    var next = 0
    for k in 0..<2 {
      told.append([(0, k == 0 ? 1 : -1)])
      next += 1
      var base = 0
      for parameter in model.parameters[k] {
        let count = parameter.value.numbers.count
        if item.known.contains(parameter.name) {
          base += count
          continue
        }
        if let pattern, parameter.name == "loadings" {
          // They are not told. One of the first column stays as it is, so that two factors can't turn.
          let owners = pattern.sharesLoadings ? [0, 1] : [k]
          for i in 0..<count where owners[0] == k && (i != 1 || pattern.factors == 1) {
            coordinates.append(Coordinate(moves: owners.map { ($0, base + i, 1.0) }))
            steps.append(0.1)
          }
          base += count
          continue
        }
        if let pattern, parameter.name == "uniquenesses" {
          let owners = pattern.sharesUniquenesses ? [0, 1] : [k]
          for i in 0..<count {
            if owners[0] != k {
              told.append(told[next - widths.count / 2])
            } else if pattern.isIsotropic && i > 0 {
              told.append(told[next - 1])
            } else {
              let places = pattern.isIsotropic ? Array(0..<count) : [i]
              told.append([(coordinates.count, 1)])
              coordinates.append(
                Coordinate(moves: owners.flatMap { o in places.map { (o, base + $0, 1.0) } }))
              steps.append(widths[next])
            }
            next += 1
          }
          base += count
          continue
        }
        let d = Int(Double(count).squareRoot().rounded())
        let isCovariance =
          ["covariance", "scale", "log_covariance"].contains(parameter.name) && d * d == count
        if isCovariance {
          for i in 0..<d {
            for j in i..<d where i == j || item.covariance != "diagonal" {
              if item.covariance == "tied" && k == 1 {
                told.append(told[next - widths.count / 2])
              } else {
                let owners = item.covariance == "tied" ? [0, 1] : [k]
                let places = i == j ? [i * d + i] : [i * d + j, j * d + i]
                told.append([(coordinates.count, 1)])
                coordinates.append(
                  Coordinate(moves: owners.flatMap { o in places.map { (o, base + $0, 1.0) } }))
                steps.append(widths[next])
              }
              next += 1
            }
          }
        } else {
          for i in 0..<count where parameter.labels.count != count || parameter.labels[i] != "" {
            if item.shares > 0 && i % item.shares == item.shares - 1 {
              let others = (1..<item.shares).map { (coordinates.count - $0, -1.0) }
              told.append(others)
            } else {
              var moves = [(k, base + i, 1.0)]
              if item.shares > 0 {
                moves.append((k, base + i / item.shares * item.shares + item.shares - 1, -1))
              }
              told.append([(coordinates.count, 1)])
              coordinates.append(Coordinate(moves: moves))
              steps.append(widths[next])
            }
            next += 1
          }
        }
        base += count
      }
    }
    let p = coordinates.count
    let numbers = model.parameters.map { $0.flatMap(\.value.numbers) }
    func value(_ moves: [(Int, Double)]) throws -> Double {
      var (all, weight) = (numbers, model.weights[0])
      for (c, length) in moves {
        weight += coordinates[c].weight * length
        for move in coordinates[c].moves { all[move.k][move.i] += move.by * length }
      }
      var own = options
      own.maximumIterations = 0
      own.initializer = GivenParameters(
        model.parameters.enumerated().map { k, list in Self.named(list, all[k]) },
        weights: [weight, 1 - weight])
      return try Catalogue.withPlugins.fit(source, own).logLikelihood
    }
    let origin = try value([])
    /// Differences at three widths, extrapolated.
    func extrapolated(_ difference: (Double) throws -> Double) rethrows -> Double {
      let (a, b, c) = (try difference(0.01), try difference(0.02), try difference(0.04))
      return (64 * a - 20 * b + c) / 45
    }
    var information = Matrix(rows: p, columns: p)
    for i in 0..<p {
      information[i, i] =
        -(try extrapolated { h in
          (try value([(i, h * steps[i])]) + value([(i, -h * steps[i])]) - 2 * origin) / (h * h)
        })
      for j in 0..<i {
        information[i, j] =
          -(try extrapolated { h in
            let (a, b) = (h * steps[i], h * steps[j])
            let same = try value([(i, a), (j, b)]) + value([(i, -a), (j, -b)])
            return (same - (try value([(i, a), (j, -b)]) + value([(i, -a), (j, b)]))) / (4 * h * h)
          })
        information[j, i] = information[i, j]
      }
    }
    let inverse = try #require(Self.inverse(information))
    return told.map { parts in
      var variance = 0.0
      for (i, a) in parts {
        for (j, b) in parts { variance += a * b * steps[i] * steps[j] * inverse[i, j] }
      }
      return variance.squareRoot()
    }
  }

  private static func named(_ list: [NamedParameter], _ numbers: [Double]) -> [String:
    ParameterValue]
  {
    var result: [String: ParameterValue] = [:]
    var start = 0
    for parameter in list {
      let count = parameter.value.numbers.count
      let own = Array(numbers[start..<start + count])
      switch parameter.value {
      case .scalar: result[parameter.name] = .scalar(own[0])
      case .vector: result[parameter.name] = .vector(own)
      case .matrix(let matrix):
        result[parameter.name] = .matrix(
          Matrix(rows: matrix.rows, columns: matrix.columns, values: own))
      case .covariance:
        let d = Int(Double(count).squareRoot().rounded())
        result[parameter.name] = .matrix(Matrix(rows: d, columns: d, values: own))
      }
      start += count
    }
    return result
  }

  /// By elimination (Gauss and Jordan).
  private static func inverse(_ matrix: Matrix) -> Matrix? {
    let n = matrix.rows
    var (a, b) = (matrix, Matrix.identity(n))
    for i in 0..<n {
      guard let pivot = (i..<n).max(by: { abs(a[$0, i]) < abs(a[$1, i]) }), a[pivot, i] != 0
      else { return nil }
      for j in 0..<n {
        (a[i, j], a[pivot, j]) = (a[pivot, j], a[i, j])
        (b[i, j], b[pivot, j]) = (b[pivot, j], b[i, j])
      }
      let scale = a[i, i]
      for j in 0..<n { (a[i, j], b[i, j]) = (a[i, j] / scale, b[i, j] / scale) }
      for r in 0..<n where r != i {
        let factor = a[r, i]
        for j in 0..<n {
          a[r, j] -= factor * a[i, j]
          b[r, j] -= factor * b[i, j]
        }
      }
    }
    return b
  }
}
