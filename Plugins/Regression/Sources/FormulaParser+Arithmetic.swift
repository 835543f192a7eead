import Emulsion

// Arithmetic between numbers, columns and functions of them.
extension FormulaParser {
  /// All of `text` as arithmetic, such as an offset.
  static func arithmetic(_ text: String, option: String) throws -> Arithmetic {
    var parser = FormulaParser(text, option: option)
    let result = try parser.arithmetic()
    parser.skipSpace()
    guard parser.rest.isEmpty else { throw parser.wrong("an operator") }
    return result
  }

  mutating func arithmetic(level: Int = 0) throws -> Arithmetic {
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
}
