import Emulsion

/// What is regressed on what, as statisticians write it: `y ~ x + x^2 + log(z) + a:b`.
///
/// Sums, products and nesting mean what they mean in R; a power of a column is that power, however.
struct Formula: Sendable, Hashable {
  /// The column on the left; `nil` for a one-sided formula.
  let response: String?
  /// Whether the logarithm of the response is what depends on the predictors.
  let isLogarithmic: Bool
  /// The predictors, the intercept apart, those of fewer factors first.
  private(set) var terms: [Term]
  /// Whether there is an intercept: always, unless `0` or `-1` takes it away.
  let hasIntercept: Bool
  /// What `offset()` adds.
  let offsets: [Arithmetic]
  /// Whether a dot stands for columns that only the data tell.
  let readsAll: Bool

  /// Columns that it reads, each once, those behind a dot apart.
  var columns: [String] {
    ([response].compactMap { $0 } + terms.flatMap(\.columns) + offsets.flatMap(\.columns)).uniqued
  }

  /// The formula with columns of texts taken for categories.
  func readingTexts(_ levels: ColumnLevels) -> Formula {
    if levels.isEmpty { return self }
    var result = self
    result.terms = terms.map { $0.readingTexts(levels) }.uniqued
    return result
  }

  /// What its predictors make of a column of texts; `nil` where none reads it.
  func reading(ofTextColumn name: String) -> TextReading? {
    let readings: [TextReading] =
      terms.flatMap(\.factors).filter { $0.columns.contains(name) }.map {
        switch $0 {
        case .power, .category: .categories
        case .arithmetic, .polynomial: .refused
        }
      } + offsets.filter { $0.columns.contains(name) }.map { _ in .refused }
    return readings.min()
  }

  /// The categories of a term of which every level has a column of its own: those whose sums are in no term
  /// before, the intercept being the term of no factors. Source: J. M. Chambers and T. J. Hastie,
  /// Statistical Models in S, 1992, page 38.
  func fullCategories(of term: Term) -> Set<Factor> {
    Set(
      term.factors.filter { factor in
        guard case .category = factor else { return false }
        let margin = Term(factors: term.factors.filter { $0 != factor })
        guard margin.factors.isEmpty else {
          return !terms.prefix { $0 != term }.contains { margin.isWithin($0) }
        }
        return !hasIntercept && term == terms.first { $0.isCategory }
      })
  }

  /// Reads a formula.
  ///
  /// - Parameters:
  ///   - text: `y ~ x1 + x2`. Names that are no words stand in backquotes.
  ///   - option: The option it was given for.
  ///   - hasResponse: Whether something must stand on the left.
  ///   - all: What a dot stands for.
  /// - Throws: `invalid-option` telling what is wrong at which place, and what to write instead.
  init(
    _ text: String, option: String = "formula", hasResponse: Bool = true, all: [String] = []
  ) throws {
    var parser = FormulaParser(text, option: option, all: all)
    (response, isLogarithmic) = hasResponse ? try parser.response() : (nil, false)
    try parser.tilde()
    let sum = try parser.sum()
    try parser.finish()
    if let response, sum.terms.contains(where: { $0.columns.contains(response) }) {
      throw EmulsionError(
        .invalidOption,
        "\(option): \"\(response)\" is the response and can't be its own predictor; leave it out on "
          + "the right")
    }
    let orders = Set(sum.terms.map(\.factors.count)).sorted()
    let places = Dictionary(
      parser.factors.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    // Within a term, factors are in the order in which the formula mentions them first.
    terms = orders.flatMap { order in
      sum.terms.filter { $0.factors.count == order }.map { term in
        Term(factors: term.factors.sorted { places[$0] ?? 0 < places[$1] ?? 0 })
      }
    }
    hasIntercept = sum.intercept ?? true
    offsets = parser.offsets
    readsAll = parser.readsAll
    guard !terms.isEmpty || hasIntercept || readsAll else {
      throw EmulsionError(.invalidOption, "\(option): \"\(text)\" has no terms")
    }
  }
}

extension Formula {
  /// Nothing on anything.
  static let empty = Formula(hasIntercept: false)

  /// An intercept alone.
  static let constant = Formula(hasIntercept: true)

  private init(hasIntercept: Bool) {
    (response, isLogarithmic, terms, offsets, readsAll) = (nil, false, [], [], false)
    self.hasIntercept = hasIntercept
  }
}

extension Term {
  /// Whether it is one category.
  fileprivate var isCategory: Bool {
    if case .category? = factors.first { factors.count == 1 } else { false }
  }
}

/// Terms and what becomes of the intercept: what a part of a formula stands for.
struct TermSum {
  var terms: [Term] = []
  /// Whether the intercept is asked for or taken away.
  var intercept: Bool?

  init(_ terms: [Term] = [], intercept: Bool? = nil) {
    self.terms = terms.uniqued
    self.intercept = intercept
  }

  mutating func add(_ other: TermSum) {
    self = TermSum(terms + other.terms, intercept: other.intercept ?? intercept)
  }

  mutating func subtract(_ other: TermSum) {
    terms.removeAll(where: other.terms.contains)
    intercept = other.intercept.map { !$0 } ?? intercept
  }

  /// The products of each term of `a` with each of `b`.
  static func products(_ a: TermSum, _ b: TermSum) -> TermSum {
    TermSum(b.terms.flatMap { right in a.terms.map { $0 * right } })
  }

  /// Both and their products.
  static func crossed(_ a: TermSum, _ b: TermSum) -> TermSum {
    TermSum(a.terms + b.terms + products(a, b).terms)
  }

  /// `b` within `a`: a, and the products of all of a with each term of `b`.
  static func nested(_ a: TermSum, _ b: TermSum) -> TermSum {
    TermSum(a.terms + products(TermSum([Term(factors: a.terms.flatMap(\.factors))]), b).terms)
  }
}

extension Array where Element: Hashable {
  /// The elements in order, each once.
  var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
