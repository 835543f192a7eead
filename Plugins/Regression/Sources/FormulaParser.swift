import Emulsion

/// Reads a formula from left to right.
struct FormulaParser {
  private let text: String
  private let option: String
  /// What a dot stands for.
  private let all: [String]
  private var rest: Substring
  private var depth = 0
  /// What `offset()` adds.
  private(set) var offsets: [Arithmetic] = []
  /// Whether there was a dot.
  private(set) var readsAll = false

  /// Parentheses within each other, beyond which no formula makes sense.
  private static let mostNested = 100
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

  /// A factor or a sum in parentheses, to a power: that of a factor is its value's, that of a sum crosses it
  /// with itself.
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
    if let single = base.terms.first, base.terms.count == 1, single.factors.count == 1 {
      switch single.factors[0] {
      case .power(let column, let old) where old * power <= 20:
        return TermSum([Term(factors: [.power(column, old * power)])])
      case .arithmetic(let arithmetic):
        let raised = Arithmetic.operation(.power, arithmetic, .number(Double(power)))
        return TermSum([Term(factors: [.arithmetic(power == 1 ? arithmetic : raised)])])
      default: break
      }
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
      return TermSum(all.map { Term(factors: [.power($0, 1)]) })
    }
    if let first = rest.first, first.isNumber { return try intercept() }
    let start = rest
    let name = try name()
    guard start.first != "`", take("(") != nil else {
      return TermSum([Term(factors: [.power(name, 1)])])
    }
    return try call(name)
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
      return TermSum([Term(factors: [Self.factor(inner)])])
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
      return TermSum([Term(factors: [.category(column)])])
    case "poly":
      return TermSum([Term(factors: [try polynomial()])])
    default:
      guard let function = Arithmetic.Function(rawValue: name) else { throw unknownFunction(name) }
      let inner = try arithmetic()
      try endCall(of: name)
      return TermSum([Term(factors: [.arithmetic(.function(function, inner))])])
    }
  }

  private mutating func endCall(of name: String) throws {
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

  // MARK: Arithmetic

  /// All of `text` as arithmetic, such as an offset.
  static func arithmetic(_ text: String, option: String) throws -> Arithmetic {
    var parser = FormulaParser(text, option: option)
    let result = try parser.arithmetic()
    parser.skipSpace()
    guard parser.rest.isEmpty else { throw parser.wrong("an operator") }
    return result
  }

  private mutating func arithmetic(level: Int = 0) throws -> Arithmetic {
    try nest()
    defer { depth -= 1 }
    var left = try level == 3 ? operand() : arithmetic(level: level + 1)
    while let symbol = takeOperator(level) {
      // Powers bind to the right, and a sign may stand in one.
      let right = try level == 3 ? signed(level: 3) : arithmetic(level: level + 1)
      left = .operation(symbol, left, right)
    }
    return left
  }

  private mutating func signed(level: Int) throws -> Arithmetic {
    if take("-") != nil { return .negative(try signed(level: level)) }
    if take("+") != nil { return try signed(level: level) }
    return try arithmetic(level: level)
  }

  private mutating func takeOperator(_ level: Int) -> Arithmetic.Operator? {
    skipSpace()
    if level == 3, rest.hasPrefix("**") { return take("**").map { _ in .power } }
    if rest.hasPrefix("**") { return nil }
    return Arithmetic.Operator.allCases.first { $0.level == level && take($0.rawValue) != nil }
  }

  /// A number, a column, a function, or arithmetic in parentheses.
  private mutating func operand() throws -> Arithmetic {
    skipSpace()
    if take("-") != nil {
      let inner = try arithmetic(level: 3)
      if case .number(let value) = inner { return .number(-value) }
      return .negative(inner)
    }
    if take("+") != nil { return try operand() }
    if take("(") != nil {
      let inner = try arithmetic()
      try expect(")")
      return inner
    }
    if let first = rest.first,
      first.isNumber || first == "." && rest.dropFirst().first?.isNumber == true
    {
      return .number(try number())
    }
    let start = rest
    let name = try name()
    guard start.first != "`" else { return .column(name) }
    if name == "pi" { return .number(.pi) }
    guard take("(") != nil else { return .column(name) }
    if name == "I" {
      let inner = try arithmetic()
      try expect(")")
      return inner
    }
    guard let function = Arithmetic.Function(rawValue: name) else { throw unknownFunction(name) }
    let inner = try arithmetic()
    try endCall(of: name)
    return .function(function, inner)
  }

  private mutating func number() throws -> Double {
    var digits = rest.prefix { $0.isNumber || $0 == "." }
    let after = rest[digits.endIndex...]
    if after.first == "e" || after.first == "E" {
      var end = after.index(after: after.startIndex)
      if end < after.endIndex, "+-".contains(after[end]) { end = after.index(after: end) }
      let exponent = after[end...].prefix { $0.isNumber }
      if !exponent.isEmpty { digits = rest[digits.startIndex..<exponent.endIndex] }
    }
    let next = rest[digits.endIndex...].first
    guard let value = Double(digits), !(next?.isInName ?? false) else { throw wrong("a number") }
    rest = rest[digits.endIndex...]
    return value
  }

  // MARK: Words

  private mutating func skipSpace() {
    rest = rest.drop { $0 == " " || $0 == "\t" || $0.isNewline }
  }

  /// Takes `symbol` where it comes next.
  private mutating func take(_ symbol: String) -> String? {
    skipSpace()
    guard rest.hasPrefix(symbol), !(symbol == "*" && rest.hasPrefix("**")) else { return nil }
    rest = rest.dropFirst(symbol.count)
    return symbol
  }

  private mutating func expect(_ symbol: String) throws {
    guard take(symbol) != nil else { throw wrong("\"\(symbol)\"") }
  }

  private mutating func nest() throws {
    depth += 1
    if depth > 8 * Self.mostNested { throw refusal("has too many parentheses within each other") }
  }

  /// A column's name: a word, or anything in backquotes.
  private mutating func name() throws -> String {
    if take("`") != nil {
      let name = rest.prefix { $0 != "`" }
      rest = rest.dropFirst(name.count)
      try expect("`")
      return String(name)
    }
    skipSpace()
    let name = rest.prefix(while: \.isInName)
    guard let first = name.first, !first.isNumber else { throw wrong("a column's name") }
    rest = rest.dropFirst(name.count)
    return String(name)
  }

  private func unknownFunction(_ name: String) -> EmulsionError {
    let known = Arithmetic.Function.allCases.map(\.rawValue) + ["I", "factor", "poly", "offset"]
    let advice: String
    switch name {
    case "scale", "center", "standardize":
      advice = "; write the column alone: terms are centred and scaled inside, which changes no fit"
    case "s", "te", "bs", "ns", "lo", "spline":
      advice = "; there are no splines, but poly(x, 3)"
    case "lag", "diff", "cut":
      advice = "; make a column of it first, as in t:with{ z = function(row) return … end }"
    default:
      let last = String(name.split(separator: ".").last ?? "")
      advice = known.contains(last) ? "; write \(last)" : nameHint(for: name, among: known)
    }
    return EmulsionError(.invalidOption, "\(option): there is no function \"\(name)\"\(advice)")
  }

  private func refusal(_ what: String) -> EmulsionError {
    EmulsionError(.invalidOption, "\(option): \"\(text.clipped)\" \(what)")
  }

  private func wrong(_ what: String, hint: String = "") -> EmulsionError {
    let place = rest.isEmpty ? "at its end" : "before \"\(String(rest).clipped)\""
    return EmulsionError(
      .invalidOption, "\(option): \"\(text.clipped)\" needs \(what) \(place)\(hint)")
  }
}

extension Character {
  /// Whether it may stand in a column's name without backquotes.
  fileprivate var isInName: Bool { isLetter || isNumber || self == "_" || self == "." }
}

extension String {
  /// As much as an error text can hold.
  fileprivate var clipped: String { count > 120 ? prefix(120) + "…" : self }
}
