import Emulsion
import Synchronization

/// What factors of a formula learned from the data that they were first met in, by the factors' names: levels
/// of categories, coefficients of orthogonal polynomials.
struct FormulaBases: Sendable, Codable, Hashable {
  private var numbers: [String: [Double]] = [:]

  var isEmpty: Bool { numbers.isEmpty }

  init() {}

  init(from decoder: any Decoder) throws { numbers = try [String: [Double]](from: decoder) }
  func encode(to encoder: any Encoder) throws { try numbers.encode(to: encoder) }

  /// The levels of a category, in order.
  func levels(of factor: Factor) throws -> [Double] {
    guard let levels = numbers[factor.name], levels.count > 1, levels.allSatisfy(\.isFinite),
      zip(levels, levels.dropFirst()).allSatisfy(<)
    else { throw Self.misfit(factor) }
    return levels
  }

  func polynomials(of factor: Factor, degree: Int) throws -> OrthogonalPolynomials {
    guard let values = numbers[factor.name], values.count == 2 * degree + 1,
      values.allSatisfy(\.isFinite)
    else { throw Self.misfit(factor) }
    let norms = Array(values[degree...])
    guard norms.allSatisfy({ $0 > 0 }) else { throw Self.misfit(factor) }
    return OrthogonalPolynomials(shifts: Array(values[..<degree]), norms: norms)
  }

  private static func misfit(_ factor: Factor) -> EmulsionError {
    EmulsionError(.invalidData, "what is kept of \(factor.name) doesn't fit the formula")
  }
}

extension FormulaBases {
  private static let mostLevels = 1000

  /// What the factors of a formula learn from data.
  ///
  /// - Throws: `invalid-data` for missing columns, `degenerate` where a column has one value, too many for a
  ///   category, or too few for a polynomial.
  init(_ formula: Formula, in context: FamilyContext) throws {
    for factor in Set(formula.terms.flatMap(\.factors)) {
      switch factor {
      case .category(let column, _):
        let position = try position(of: column, in: context.data.columnNames)
        numbers[factor.name] = try Self.levels(factor, of: column, position, context)
      case .polynomial(let column, let degree):
        let position = try position(of: column, in: context.data.columnNames)
        let found = try OrthogonalPolynomials(factor.name, degree, position, context)
        numbers[factor.name] = found.shifts + found.norms
      case .power, .arithmetic: break
      }
    }
  }

  /// The values of a column that rows of positive weight have, ascending.
  ///
  /// - Parameter rows: Which rows; those of the fit by default, since no coefficient is told for a level without any.
  /// - Throws: `degenerate` for one alone, or too many.
  static func levels(
    _ factor: Factor, of column: String, _ position: Int, _ context: FamilyContext,
    in rows: (any DataSource)? = nil
  ) throws -> [Double] {
    let seen = Mutex<Set<Double>>([])
    _ = try context.sums(count: 0, over: rows) { block, weights, _ in
      let values = block.column(position)
      var own: Set<Double> = []
      for i in weights.indices where weights[i] > 0 { own.insert(values[i]) }
      let count = seen.withLock {
        $0.formUnion(own)
        return $0.count
      }
      guard count <= mostLevels else {
        throw EmulsionError(
          .degenerate,
          "\(factor.name): more than \(mostLevels) different values are no categories; "
            + (factor == .category(column, isText: true)
              ? "leave it out" : "use the column as it is"))
      }
    }
    let levels = seen.withLock { $0 }.sorted()
    guard levels.count > 1 else {
      throw EmulsionError(.degenerate, "\(factor.name) has one level alone; leave it out")
    }
    return levels
  }
}

/// Polynomials that are orthogonal over given rows, of length 1 each, as R's `poly` has them.
///
/// p₀ = 1, pⱼ₊₁ = (x − αⱼ)pⱼ − (νⱼ/νⱼ₋₁)pⱼ₋₁, with νⱼ = Σ w pⱼ² and αⱼ = Σ w x pⱼ²/νⱼ.
/// Source: W. J. Kennedy and J. E. Gentle, Statistical Computing, 1980, pages 343 f.
struct OrthogonalPolynomials: Sendable {
  /// α₀ … αₙ₋₁.
  private(set) var shifts: [Double]
  /// ν₀ … νₙ.
  private(set) var norms: [Double]

  init(shifts: [Double], norms: [Double]) { (self.shifts, self.norms) = (shifts, norms) }

  /// The polynomial of `degree` at `x`, divided by its length.
  func value(_ degree: Int, at x: Double) -> Double {
    raw(degree, at: x) / norms[degree].squareRoot()
  }

  private func raw(_ degree: Int, at x: Double) -> Double {
    var (last, value) = (0.0, 1.0)
    for j in 0..<degree {
      let ratio = j == 0 ? 0 : norms[j] / norms[j - 1]
      (last, value) = (value, (x - shifts[j]) * value - ratio * last)
    }
    return value
  }

  /// Those up to `degree` over the rows of a column, by their weights; a pass for each degree.
  ///
  /// - Throws: `degenerate` where the column has too few different values.
  init(_ name: String, _ degree: Int, _ column: Int, _ context: FamilyContext) throws {
    (shifts, norms) = ([context.summary.means[column]], [])
    for j in 0...degree {
      let known = self
      let sums = try context.sums(count: 2) { block, weights, sums in
        let values = block.column(column)
        for i in weights.indices where weights[i] > 0 {
          let p = known.raw(j, at: values[i])
          sums[0] += weights[i] * p * p
          sums[1] += weights[i] * (values[i] - known.shifts[0]) * p * p
        }
      }
      let spread = context.summary.standardDeviations[column]
      let least = j == 0 ? 0 : 1e-12 * norms[j - 1] * spread * spread
      guard sums[0] > least, sums[0].isFinite else {
        throw EmulsionError(
          .degenerate,
          "\(name): the column has too few different values for a polynomial of degree \(degree)")
      }
      norms.append(sums[0])
      if j == 0 {
        shifts[0] += sums[1] / sums[0]
      } else if j < degree {
        shifts.append(shifts[0] + sums[1] / sums[0])
      }
    }
  }
}
