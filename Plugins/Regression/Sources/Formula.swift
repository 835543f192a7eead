import Emulsion

/// What is regressed on what, as statisticians write it: `y ~ x + x^2 + log(z) + a:b`.
struct Formula: Sendable, Hashable {
  /// The column on the left; `nil` for a one-sided formula.
  let response: String?
  /// The predictors, the intercept apart.
  let terms: [Term]
  /// Whether there is an intercept: always, unless `0` or `-1` takes it away.
  let hasIntercept: Bool

  /// Number of coefficients.
  var coefficientCount: Int { terms.count + (hasIntercept ? 1 : 0) }
  /// Columns that it reads, each once.
  var columns: [String] { ([response].compactMap { $0 } + terms.flatMap(\.columns)).uniqued }
  /// Names of the coefficients, intercept first.
  var coefficientNames: [String] { (hasIntercept ? ["1"] : []) + terms.map(\.name) }

  /// Reads a formula.
  ///
  /// - Parameters:
  ///   - text: `y ~ x1 + x2`; a product `a:b`, `a*b` for both and their product, powers `x^2`,
  ///     `log(x)`, `exp(x)` and `sqrt(x)`. Names that are no words stand in backquotes.
  ///   - option: The option it was given for.
  ///   - hasResponse: Whether something must stand on the left.
  /// - Throws: `invalid-option` telling what is wrong at which place.
  init(_ text: String, option: String = "formula", hasResponse: Bool = true) throws {
    var parser = FormulaParser(text, option: option)
    response = hasResponse ? try parser.name() : nil
    try parser.expect("~")
    var terms: [Term] = []
    var hasIntercept = true
    var isAdded = true
    repeat {
      if parser.take("0") {
        hasIntercept = !isAdded
      } else if parser.take("1") {
        hasIntercept = isAdded
      } else {
        for term in try parser.terms() {
          terms.removeAll { $0 == term && !isAdded }
          if isAdded && !terms.contains(term) { terms.append(term) }
        }
      }
    } while try parser.takeSign(&isAdded)
    self.terms = terms
    self.hasIntercept = hasIntercept
    guard coefficientCount > 0 else {
      throw EmulsionError(.invalidOption, "\(option): \"\(text)\" has no terms")
    }
  }
}

/// Reads a formula from left to right.
struct FormulaParser {
  private let text: String
  private let option: String
  private var rest: Substring

  init(_ text: String, option: String) {
    self.text = text
    self.option = option
    rest = text[...]
  }

  private mutating func skipSpace() { rest = rest.drop { $0 == " " || $0 == "\t" } }

  /// Takes `symbol` where it comes next.
  mutating func take(_ symbol: String) -> Bool {
    skipSpace()
    guard rest.hasPrefix(symbol) else { return false }
    rest = rest.dropFirst(symbol.count)
    return true
  }

  mutating func expect(_ symbol: String) throws {
    guard take(symbol) else { throw wrong("\"\(symbol)\"") }
  }

  /// Takes a plus or minus; false at the end.
  mutating func takeSign(_ isAdded: inout Bool) throws -> Bool {
    skipSpace()
    if rest.isEmpty { return false }
    if take("+") {
      isAdded = true
    } else {
      guard take("-") else { throw wrong("\"+\"") }
      isAdded = false
    }
    return true
  }

  /// A column's name: a word, or anything in backquotes.
  mutating func name() throws -> String {
    if take("`") {
      let name = rest.prefix { $0 != "`" }
      rest = rest.dropFirst(name.count)
      try expect("`")
      return String(name)
    }
    skipSpace()
    let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    guard let first = name.first, !first.isNumber else { throw wrong("a column's name") }
    rest = rest.dropFirst(name.count)
    return String(name)
  }

  /// One term, or for `a*b` three.
  mutating func terms() throws -> [Term] {
    var result = [Term(factors: [try factor()])]
    while true {
      if take(":") {
        let next = try factor()
        let last = result.removeLast()
        result.append(Term(factors: last.factors + [next]))
      } else if take("*") {
        let next = Term(factors: [try factor()])
        result += [next] + result.map { Term(factors: $0.factors + next.factors) }
      } else {
        return result
      }
    }
  }

  /// A column, a power of it, or a function of it.
  mutating func factor() throws -> Factor {
    let name = try name()
    if take("(") {
      if name == "I" {
        let inner = try factor()
        try expect(")")
        return inner
      }
      guard let function = Factor.Function(rawValue: name) else {
        let known = Factor.Function.allCases.map(\.rawValue)
        throw EmulsionError(
          .invalidOption,
          "\(option): there is no function \"\(name)\"" + nameHint(for: name, among: known))
      }
      let column = try self.name()
      try expect(")")
      return Factor(column: column, function: function, power: 1)
    }
    guard take("^") else { return Factor(column: name, function: nil, power: 1) }
    skipSpace()
    let digits = rest.prefix { $0.isNumber }
    guard let power = Int(digits), (1...20).contains(power) else {
      throw wrong("a whole power from 1 to 20")
    }
    rest = rest.dropFirst(digits.count)
    return Factor(column: name, function: nil, power: power)
  }

  private func wrong(_ what: String) -> EmulsionError {
    let place = rest.isEmpty ? "at its end" : "before \"\(rest)\""
    return EmulsionError(.invalidOption, "\(option): \"\(text)\" needs \(what) \(place)")
  }
}

extension [String] {
  /// The names in order, each once.
  var uniqued: [String] {
    reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
