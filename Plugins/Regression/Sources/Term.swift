import Emulsion

/// What a term is a product of: one column of the design, or several that belong together.
enum Factor: Sendable, Hashable {
  /// A column, or a whole power of it.
  case power(String, Int)
  /// A function, or what stands in `I()`.
  case arithmetic(Arithmetic)
  /// The values of a column as categories; asked for by `factor()`, or texts anyway.
  case category(String, isText: Bool = false)
  /// Orthogonal polynomials of a column, of degrees 1 to n.
  case polynomial(String, degree: Int)

  var columns: [String] {
    switch self {
    case .power(let column, _), .category(let column, _), .polynomial(let column, _): [column]
    case .arithmetic(let arithmetic): arithmetic.columns
    }
  }

  /// What it is called in formulas, and as part of the names of coefficients.
  var name: String {
    switch self {
    case .power(let column, 1): column.inFormula
    case .power(let column, let power): "\(column.inFormula)^\(power)"
    case .arithmetic(let arithmetic):
      if case .function = arithmetic { arithmetic.text } else { "I(\(arithmetic.text))" }
    case .category(let column, true): column.inFormula
    case .category(let column, false): "factor(\(column.inFormula))"
    case .polynomial(let column, let degree): "poly(\(column.inFormula), \(degree))"
    }
  }
}

/// A predictor: a product of factors, each of which counts once, as in R.
struct Term: Sendable, Hashable {
  let factors: [Factor]

  init(factors: [Factor]) {
    self.factors = factors.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  var columns: [String] { factors.flatMap(\.columns) }

  /// Whether another has all of its factors.
  func isWithin(_ other: Term) -> Bool { Set(factors).isSubset(of: other.factors) }

  /// Whether both are products of the same factors, in any order.
  static func == (a: Term, b: Term) -> Bool { Set(a.factors) == Set(b.factors) }
  func hash(into hasher: inout Hasher) { hasher.combine(Set(factors)) }

  /// The term with columns of texts taken for categories.
  func readingTexts(_ levels: ColumnLevels) -> Term {
    Term(
      factors: factors.map { factor in
        // A power of a category crosses it with itself.
        if case .power(let column, _) = factor, levels[column] != nil {
          .category(column, isText: true)
        } else {
          factor
        }
      })
  }

  static func * (a: Term, b: Term) -> Term { Term(factors: a.factors + b.factors) }
}

/// Where a column stands.
///
/// - Throws: `invalid-data` where there is none of that name.
func position(of name: String, in names: [String]) throws -> Int {
  if let position = names.firstIndex(of: name) { return position }
  let hint = spellingHint(for: name, among: names)
  throw EmulsionError(
    .invalidData,
    "the data have no column \"\(name)\"" + (hint ?? "; they have \(names.joined(separator: ", "))")
  )
}
