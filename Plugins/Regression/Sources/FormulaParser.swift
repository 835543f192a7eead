import Emulsion

/// Reads a formula from left to right.
struct FormulaParser {
  let text: String
  let option: String
  /// What a dot stands for.
  private let all: [String]
  /// What was not read yet.
  var rest: Substring
  /// How many parentheses are open.
  var depth = 0
  /// What `offset()` adds.
  private(set) var offsets: [Arithmetic] = []
  /// All factors in the order in which they come.
  private(set) var factors: [Factor] = []
  /// Whether there was a dot.
  private(set) var readsAll = false

  /// Parentheses within each other, beyond which no formula makes sense.
  static let mostNested = 100
  /// Terms that a formula may have.
  private static let mostTerms = 5000

  init(_ text: String, option: String, all: [String] = []) {
    (self.text, self.option, self.all) = (text, option, all)
    rest = text[...]
  }

  // MARK: Sums of terms

  /// Terms with plus and minus between them.
  mutating func sum() throws -> TermSum {
    try nest()
    defer { depth -= 1 }
    var result = TermSum()
    var isAdded = take("-").map { _ in false } ?? true
    if isAdded { _ = take("+") }
    while true {
      // Signs may follow each other, as in x + -1.
      while let sign = take("-") ?? take("+") { if sign == "-" { isAdded.toggle() } }
      let part = try product()
      if isAdded { result.add(part) } else { result.subtract(part) }
      guard result.terms.count <= Self.mostTerms else {
        throw refusal("has more than \(Self.mostTerms) terms")
      }
      if take("+") != nil {
        isAdded = true
      } else if take("-") != nil {
        isAdded = false
      } else {
        return result
      }
    }
  }

  /// Terms crossed by `*` or nested by `/`.
  private mutating func product() throws -> TermSum {
    var result = try interaction()
    while let sign = take("*") ?? take("/") ?? take("%in%") {
      let next = try interaction()
      if result.intercept != nil || next.intercept != nil {
        throw refusal("multiplies a number; arithmetic stands in I(), as in I(2*x) or I(1/x)")
      }
      result =
        switch sign {
        case "*": .crossed(result, next)
        case "/": .nested(result, next)
        default: .products(result, next)
        }
      try checkCount(result)
    }
    return result
  }

  /// Factors multiplied by `:`.
  private mutating func interaction() throws -> TermSum {
    var result = try power()
    while take(":") != nil {
      result = .products(result, try power())
      try checkCount(result)
    }
    return result
  }

  private func checkCount(_ sum: TermSum) throws {
    if sum.terms.count > Self.mostTerms { throw refusal("has more than \(Self.mostTerms) terms") }
  }

  /// A factor or a sum in parentheses, to a power: that of a column is its value's, all others cross what they
  /// are of with itself, as in R.
  private mutating func power() throws -> TermSum {
    let start = rest
    let base = try atom()
    guard take("^") != nil || take("**") != nil else { return base }
    let before = rest
    skipSpace()
    let digits = rest.prefix { $0.isNumber || $0 == "." }
    rest = rest.dropFirst(digits.count)
    guard let power = Int(digits), (1...20).contains(power) else {
      rest = before
      let column = start.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
      throw wrong(
        "a whole power from 1 to 20", hint: "; other powers stand in I(), as in I(\(column)^0.5)")
    }
    if let single = base.terms.first, base.terms.count == 1, single.factors.count == 1,
      case .power(let column, let old) = single.factors[0], old * power <= 20
    {
      return term(.power(column, old * power))
    }
    var result = base
    for _ in 1..<power {
      let count = result.terms.count
      result = .crossed(result, base)
      try checkCount(result)
      if result.terms.count == count { break }
    }
    return result
  }

  /// A column, a function, a number for the intercept, or a sum in parentheses.
  private mutating func atom() throws -> TermSum {
    skipSpace()
    if take("(") != nil {
      let inner = try sum()
      if take("|") != nil {
        throw refusal(
          "has no random effects; the option group = \"g\" has the rows of a group share one component"
        )
      }
      try expect(")")
      return inner
    }
    if rest.first == ".", !(rest.dropFirst().first?.isInName ?? false) {
      rest = rest.dropFirst()
      readsAll = true
      return TermSum(all.flatMap { term(.power($0, 1)).terms })
    }
    if let first = rest.first, first.isNumber { return try intercept() }
    let start = rest
    let name = try name()
    guard start.first != "`", take("(") != nil else {
      return term(.power(name, 1))
    }
    return try call(name)
  }

  /// The term of one factor.
  private mutating func term(_ factor: Factor) -> TermSum {
    factors.append(factor)
    return TermSum([Term(factors: [factor])])
  }

  /// `0` or `1`.
  private mutating func intercept() throws -> TermSum {
    let digits = rest.prefix { $0.isNumber || $0 == "." }
    let after = rest.dropFirst(digits.count)
    let next = after.drop { $0 == " " }.first
    guard digits == "0" || digits == "1", next.map({ !"*/:^".contains($0) }) ?? true,
      !(after.first?.isInName ?? false)
    else {
      throw wrong(
        "a column's name", hint: "; arithmetic stands in I(), as in I(2*x) or I(1/x)")
    }
    rest = after
    return TermSum(intercept: digits == "1")
  }

  private mutating func call(_ name: String) throws -> TermSum {
    switch name {
    case "I":
      let inner = try arithmetic()
      try expect(")")
      return term(Self.factor(inner))
    case "offset":
      offsets.append(try arithmetic())
      try expect(")")
      return TermSum()
    case "factor", "as.factor", "C", "ordered":
      let column = try self.name()
      guard take(")") != nil else {
        throw wrong(
          "\")\"", hint: "; levels are in order, the first is what others are compared with")
      }
      return term(.category(column))
    case "poly":
      return term(try polynomial())
    default:
      guard let function = Arithmetic.Function(rawValue: name) else { throw unknownFunction(name) }
      let inner = try arithmetic()
      try endCall(of: name)
      return term(.arithmetic(.function(function, inner)))
    }
  }

  mutating func endCall(of name: String) throws {
    if take(")") != nil { return }
    skipSpace()
    guard rest.hasPrefix(",") else { throw wrong("\")\"") }
    throw wrong(
      "\")\"",
      hint: "; \(name) takes one argument\(name == "log" ? ", and there are log2 and log10" : "")")
  }

  private mutating func polynomial() throws -> Factor {
    let column = try name()
    var degree: Int? = 1
    if take(",") != nil {
      if take("degree") != nil { try expect("=") }
      skipSpace()
      let digits = rest.prefix(while: \.isNumber)
      degree = Int(digits)
      if let degree, (1...20).contains(degree) { rest = rest.dropFirst(digits.count) }
    }
    guard let degree, (1...20).contains(degree) else { throw wrong("a whole degree from 1 to 20") }
    guard take(")") != nil else {
      throw wrong(
        "\")\"", hint: "; for powers as they are, write \(column.inFormula) + \(column.inFormula)^2"
      )
    }
    return .polynomial(column, degree: degree)
  }

  /// Plain powers in `I()` are the same terms as without.
  private static func factor(_ arithmetic: Arithmetic) -> Factor {
    switch arithmetic {
    case .column(let name): return .power(name, 1)
    case .operation(.power, .column(let name), .number(let power)):
      if let power = Int(exactly: power), (1...20).contains(power) { return .power(name, power) }
    default: break
    }
    return .arithmetic(arithmetic)
  }

  // MARK: The left side

  /// A column, or its logarithm.
  mutating func response() throws -> (String, isLogarithmic: Bool) {
    skipSpace()
    if rest.hasPrefix("~") {
      throw wrong("a column's name", hint: "; the response stands on the left, as in y ~ x")
    }
    let name = try name()
    guard take("(") != nil else { return (name, false) }
    if name == "log", let column = try? self.name(), take(")") != nil { return (column, true) }
    switch name {
    case "cbind":
      throw refusal(
        "has several columns on the left; of successes and trials, the successes stand there and "
          + "the option trials = \"n\" names the other")
    case "factor", "as.factor":
      throw refusal("has categories on the left; regressions have numbers there")
    default:
      throw refusal(
        "may have a column on the left, or the log of one; make another column first, as in "
          + "t:with{ z = t[\"y\"]:sqrt() }")
    }
  }

  mutating func tilde() throws {
    if take("~") != nil { return }
    skipSpace()
    throw wrong("\"~\"", hint: rest.hasPrefix("=") ? "; write y ~ x" : "")
  }

  /// Checks that nothing is left.
  func finish() throws {
    let left = rest.drop { $0 == " " || $0 == "\t" || $0.isNewline }
    guard let next = left.first else { return }
    switch next {
    case "|":
      throw refusal(
        "has a bar; rows share a component by the option group = \"g\", and mixing probabilities depend "
          + "on others by concomitant = \"~ w\"")
    case "<", ">", "=", "!":
      throw wrong("\"+\"", hint: "; comparisons stand in I(), as in I(x > 3)")
    default: throw wrong("\"+\"")
    }
  }
}
