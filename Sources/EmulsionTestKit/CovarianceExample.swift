import Emulsion

/// A covariance model with scatters to try it on.
///
///     #expect(CovarianceExample(SharedDiagonal()).violations().isEmpty)
public struct CovarianceExample: Sendable {
  let model: any CovarianceModel
  let dimension: Int
  let components: Int
  let catalogue: Catalogue

  /// Makes an example.
  ///
  /// - Parameters:
  ///   - model: The covariance model.
  ///   - dimension: The number of columns; at least what the model needs.
  ///   - components: The number of covariances.
  ///   - catalogue: Where its special cases are found by name.
  public init(
    _ model: any CovarianceModel, dimension: Int = 3, components: Int = 3,
    catalogue: Catalogue = .standard
  ) {
    self.model = model
    self.dimension = max(dimension, model.minimumColumns)
    self.components = components
    var catalogue = catalogue
    catalogue.register(model)
    self.catalogue = catalogue
  }

  /// Everything in which the model breaks what fits rest on, a sentence each; none for a sound one.
  public func violations() -> [String] {
    let laws: [(String, () throws -> [String])] = [
      ("shape", shapeProblems), ("optimum", optimumProblems), ("fixed point", fixedPointProblems),
      ("order", orderProblems), ("equivariance", equivarianceProblems),
      ("free parameters", rankProblems), ("nesting", nestingProblems), ("ascent", ascentProblems),
    ]
    // What is wrong with shapes makes nonsense of the rest.
    let shapes = told(laws[0])
    return shapes.isEmpty ? laws.dropFirst().flatMap(told) : shapes
  }

  private func told(_ law: (name: String, problems: () throws -> [String])) -> [String] {
    do { return try law.problems().map { "\(law.name): \($0)" } } catch {
      return ["\(law.name): it fails with the error: \(error)"]
    }
  }

  private var tolerance: Double { 1e-5 }

  /// Positive definite scatters of different shapes, and counts of rows.
  func scatters(seed: UInt64) -> (matrices: [Matrix], counts: [Double]) {
    var random = CounterRandom(seed: seed)
    let counts = (0..<components).map { _ in 20 + 30 * random.uniform() }
    let matrices = counts.map { count in
      let factor = Matrix(
        rows: dimension, columns: dimension,
        values: (0..<dimension * dimension).map { _ in random.normal() })
      var matrix = Matrix(rows: dimension, columns: dimension)
      for a in 0..<dimension {
        for b in 0..<dimension {
          for c in 0..<dimension { matrix[a, b] += count * factor[a, c] * factor[b, c] }
        }
        matrix[a, a] += count * 0.5
      }
      return matrix
    }
    return (matrices, counts)
  }

  /// A scatter in the model's form; of spheres the sum of the diagonal.
  private func scatter(_ matrix: Matrix) -> Scatter {
    guard model.form == .spherical else { return Scatter(model.form, of: matrix) }
    return Scatter(
      .spherical, dimension: dimension,
      values: [(0..<dimension).reduce(0) { $0 + matrix[$1, $1] }])
  }

  /// The model's covariances of scatters, iterated where its M step goes on from the last.
  func estimate(_ matrices: [Matrix], _ counts: [Double]) throws -> [Matrix] {
    let scatters = matrices.map(scatter)
    var previous = scatters.map { _ in Scatter.identity(model.form, dimension: dimension) }
    for _ in 0..<60 {
      previous = try model.covariances(of: scatters, counts: counts, previous: previous)
      guard previous.count == components, previous.allSatisfy({ $0.dimension == dimension }) else {
        throw EmulsionError(
          .invalidData,
          "\(components) scatters of order \(dimension) make \(previous.count) covariances")
      }
    }
    return previous.map(\.matrix)
  }

  /// Σₖ −½(Nₖ ln|Σₖ| + tr(Σₖ⁻¹Wₖ)); −∞ where one is not positive definite.
  func height(_ covariances: [Matrix], _ matrices: [Matrix], _ counts: [Double]) -> Double {
    zip(zip(covariances, matrices), counts).reduce(0) { sum, each in
      guard let factor = Cholesky(each.0.0) else { return -.infinity }
      return sum - 0.5 * (each.1 * factor.logDeterminant + factor.trace(of: each.0.1))
    }
  }

  private func differ(_ a: [Matrix], _ b: [Matrix], _ tolerance: Double) -> Bool {
    zip(a, b).contains { a, b in
      let scale = (0..<dimension).map { max(abs(a[$0, $0]), 1e-300).squareRoot() }
      return (0..<dimension).contains { i in
        (0..<dimension).contains { j in
          !(abs(a[i, j] - b[i, j]) <= tolerance * scale[i] * scale[j])
        }
      }
    }
  }

  private func shapeProblems() throws -> [String] {
    let (matrices, counts) = scatters(seed: 1)
    let form = model.form
    let found = try model.covariances(
      of: matrices.map(scatter), counts: counts,
      previous: matrices.map { _ in Scatter.identity(form, dimension: dimension) })
    guard found.count == components else {
      return ["\(components) scatters make \(found.count) covariances"]
    }
    if let odd = found.first(where: { $0.form != form || $0.dimension != dimension }) {
      return [
        "scatters are \(form.rawValue) of order \(dimension), but a covariance is \(odd.form.rawValue) of order \(odd.dimension)"
      ]
    }
    if let k = found.firstIndex(where: { Cholesky($0.matrix) == nil }) {
      return ["covariance \(k + 1) of definite scatters is not positive definite"]
    }
    let covariances = found.map(\.matrix)
    if model.sharesCovariance, differ(covariances, covariances.map { _ in covariances[0] }, 1e-9) {
      return ["it says that all components share one covariance, but they differ"]
    }
    return []
  }

  /// No other covariances of the structure, such as those of other scatters, are higher.
  private func optimumProblems() throws -> [String] {
    let (matrices, counts) = scatters(seed: 2)
    let best = height(try estimate(matrices, counts), matrices, counts)
    for seed in 3..<23 as Range<UInt64> {
      let (others, _) = scatters(seed: seed)
      // Near by and far away.
      let share = seed % 2 == 0 ? 1 : 0.02
      let mixed = zip(matrices, others).map { own, other in
        Matrix(
          rows: dimension, columns: dimension,
          values: zip(own.values, other.values).map { (1 - share) * $0 + share * $1 })
      }
      let rival = height(try estimate(mixed, counts), matrices, counts)
      if rival > best + tolerance * max(1, abs(best)) {
        return [
          "covariances of the structure are \(rival - best) higher in Σ −½(N ln|Σ| + tr Σ⁻¹W) than those that it gives"
        ]
      }
    }
    return []
  }

  /// Scatters that are of the structure already stay what they are.
  private func fixedPointProblems() throws -> [String] {
    let (matrices, counts) = scatters(seed: 4)
    let own = try estimate(matrices, counts)
    let again = try estimate(
      zip(own, counts).map { matrix, count in
        Matrix(rows: dimension, columns: dimension, values: matrix.values.map { $0 * count })
      }, counts)
    return differ(own, again, 1e-4)
      ? ["where every W is N times a covariance of the structure, this is not what comes out"] : []
  }

  /// Components have no order.
  private func orderProblems() throws -> [String] {
    let (matrices, counts) = scatters(seed: 5)
    let plain = try estimate(matrices, counts)
    let turned = try estimate(matrices.reversed(), counts.reversed())
    return differ(plain, turned.reversed(), 1e-4) ? ["it depends on the order of components"] : []
  }

  /// Covariances of rescaled and of linearly mapped columns are the mapped ones, where the model says so.
  private func equivarianceProblems() throws -> [String] {
    let (matrices, counts) = scatters(seed: 6)
    let plain = try estimate(matrices, counts)
    var scaling = Matrix(rows: dimension, columns: dimension)
    var mixing = Matrix(rows: dimension, columns: dimension)
    for i in 0..<dimension {
      scaling[i, i] = [2, 0.25, 8, 1.5][i % 4]
      for j in 0...i { mixing[i, j] = i == j ? 1.5 : 0.5 / Double(1 + i + j) }
    }
    var problems: [String] = []
    for (holds, map, name) in [
      (model.isColumnScaleEquivariant, scaling, "isColumnScaleEquivariant"),
      (model.isLinearlyEquivariant, mixing, "isLinearlyEquivariant"),
    ] where holds {
      let mapped = try estimate(matrices.map { congruent($0, by: map) }, counts)
      if differ(plain.map { congruent($0, by: map) }, mapped, 1e-4) {
        problems.append("it says \(name), but mapped scatters have other covariances")
      }
    }
    return problems
  }

  /// A M Aᵀ.
  private func congruent(_ matrix: Matrix, by map: Matrix) -> Matrix {
    var result = Matrix(rows: dimension, columns: dimension)
    for a in 0..<dimension {
      for b in 0..<dimension {
        for i in 0..<dimension {
          for j in 0..<dimension { result[a, b] += map[a, i] * matrix[i, j] * map[b, j] }
        }
      }
    }
    return result
  }

  /// Free parameters are the directions in which covariances move when scatters do.
  private func rankProblems() throws -> [String] {
    let (matrices, counts) = scatters(seed: 7)
    var slopes: [[Double]] = []
    for k in 0..<components {
      for a in 0..<dimension {
        for b in 0...a {
          func moved(_ step: Double) throws -> [Double] {
            var others = matrices
            let unit = (matrices[k][a, a] * matrices[k][b, b]).squareRoot()
            others[k][a, b] += step * unit
            if a != b { others[k][b, a] += step * unit }
            return try estimate(others, counts).flatMap(\.values)
          }
          let (up, down) = (try moved(1e-3), try moved(-1e-3))
          slopes.append(zip(up, down).map { ($0 - $1) / 2e-3 })
        }
      }
    }
    let rank = rank(of: slopes)
    let told = model.freeParameters(components: components, dimension: dimension)
    return rank == told
      ? []
      : ["it says that \(told) parameters are free, but covariances move in \(rank) directions"]
  }

  /// By Gram and Schmidt, the largest rest first.
  private func rank(of rows: [[Double]]) -> Int {
    var rest = rows
    func square(_ row: [Double]) -> Double { row.reduce(0) { $0 + $1 * $1 } }
    let largest = rest.map(square).max() ?? 0
    var rank = 0
    while let pivot = rest.indices.max(by: { square(rest[$0]) < square(rest[$1]) }),
      square(rest[pivot]) > 1e-8 * largest
    {
      let row = rest.remove(at: pivot)
      let norm = square(row)
      rest = rest.map { other in
        let share = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 } / norm
        return zip(row, other).map { $1 - share * $0 }
      }
      rank += 1
    }
    return rank
  }

  /// Special cases are no higher.
  private func nestingProblems() throws -> [String] {
    let (matrices, counts) = scatters(seed: 8)
    let own = height(try estimate(matrices, counts), matrices, counts)
    return try model.special.compactMap { name in
      let special = try catalogue.covarianceModel(named: name)
      guard special.minimumColumns <= dimension else { return nil }
      let other = CovarianceExample(
        special, dimension: dimension, components: components, catalogue: catalogue)
      let height = height(try other.estimate(matrices, counts), matrices, counts)
      return height > own + tolerance * max(1, abs(own))
        ? "its special case \(name) is \(height - own) higher than it" : nil
    }
  }

  /// A fit with it never falls.
  private func ascentProblems() throws -> [String] {
    var random = CounterRandom(seed: 9)
    let rows = Matrix(
      rows: 240, columns: dimension,
      values: (0..<240 * dimension).map { i in
        random.normal() * (1 + Double(i % dimension)) + 3 * Double(i / dimension % components)
      })
    var options = FitOptions()
    (options.components, options.covariance, options.restarts) = (components, model.name, 2)
    let trace = try catalogue.fit(MatrixSource(rows), options).trace
    let falls = zip(trace, trace.dropFirst()).filter { $1 < $0 - 1e-9 * abs($0) }
    return falls.isEmpty
      ? [] : ["the log-likelihood of a fit falls from \(falls[0].0) to \(falls[0].1)"]
  }
}
