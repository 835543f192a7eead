import Emulsion

/// Arithmetic on columns, as it stands within functions, `I()` and offsets.
indirect enum Arithmetic: Sendable, Hashable {
  case number(Double)
  case column(String)
  case function(Function, Arithmetic)
  case negative(Arithmetic)
  case operation(Operator, Arithmetic, Arithmetic)

  /// The functions that formulas know.
  enum Function: String, Sendable, CaseIterable {
    case log, log2, log10, log1p, exp, expm1, sqrt, abs, sin, cos, tan

    func callAsFunction(_ x: Double) -> Double {
      switch self {
      case .log: Elementary.log(x)
      case .log2: Elementary.log2(x)
      case .log10: Elementary.log10(x)
      case .log1p: Elementary.log1p(x)
      case .exp: Elementary.exp(x)
      case .expm1: Elementary.expm1(x)
      case .sqrt: x.squareRoot()
      case .abs: Swift.abs(x)
      case .sin: Elementary.sin(x)
      case .cos: Elementary.cos(x)
      case .tan: Elementary.tan(x)
      }
    }
  }

  /// Operators, comparisons being 1 or 0.
  enum Operator: String, Sendable, CaseIterable {
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case greater = ">"
    case plus = "+"
    case minus = "-"
    case times = "*"
    case over = "/"
    case power = "^"

    /// How tightly it binds: comparisons, sums, products, powers.
    var level: Int {
      switch self {
      case .lessOrEqual, .greaterOrEqual, .equal, .unequal, .less, .greater: 0
      case .plus, .minus: 1
      case .times, .over: 2
      case .power: 3
      }
    }

    func callAsFunction(_ a: Double, _ b: Double) -> Double {
      switch self {
      case .lessOrEqual: a <= b ? 1 : 0
      case .greaterOrEqual: a >= b ? 1 : 0
      case .equal: a == b ? 1 : 0
      case .unequal: a != b ? 1 : 0
      case .less: a < b ? 1 : 0
      case .greater: a > b ? 1 : 0
      case .plus: a + b
      case .minus: a - b
      case .times: a * b
      case .over: a / b
      case .power: Elementary.pow(a, b)
      }
    }
  }

  /// The columns it reads, in order.
  var columns: [String] {
    switch self {
    case .number: []
    case .column(let name): [name]
    case .function(_, let inner), .negative(let inner): inner.columns
    case .operation(_, let left, let right): left.columns + right.columns
    }
  }

  /// As R would write it.
  var text: String { text(within: 0) }

  private func text(within level: Int) -> String {
    switch self {
    case .number(let value): return value.formatted(significant: 15)
    case .column(let name): return name.inFormula
    case .function(let function, let inner): return "\(function.rawValue)(\(inner.text))"
    case .negative(let inner): return "-" + inner.text(within: 3)
    case .operation(let symbol, let left, let right):
      let own = symbol.level
      let gap = own == 3 ? "" : own == 2 && symbol == .over ? "/" : " "
      let sign = gap == "/" ? "/" : gap + symbol.rawValue + gap
      let isLeftTight = own == 3
      let text =
        left.text(within: isLeftTight ? own + 1 : own) + sign
        + right.text(within: isLeftTight ? own : own + 1)
      return own < level ? "(\(text))" : text
    }
  }

  /// Its value in every row of a block.
  func values(_ block: borrowing Block, at positions: [String: Int]) -> [Double] {
    let rows = block.rows
    switch self {
    case .number(let value): return Array(repeating: value, count: rows)
    case .column(let name):
      guard let position = positions[name] else { return Array(repeating: .nan, count: rows) }
      let column = block.column(position)
      return (0..<rows).map { column[$0] }
    case .function(let function, let inner):
      return inner.values(block, at: positions).map { function($0) }
    case .negative(let inner): return inner.values(block, at: positions).map { -$0 }
    case .operation(let symbol, let left, let right):
      var result = left.values(block, at: positions)
      let other = right.values(block, at: positions)
      for i in result.indices { result[i] = symbol(result[i], other[i]) }
      return result
    }
  }

  /// Its value where every column has the value `x`.
  func value(at x: Double) -> Double {
    switch self {
    case .number(let value): value
    case .column: x
    case .function(let function, let inner): function(inner.value(at: x))
    case .negative(let inner): -inner.value(at: x)
    case .operation(let symbol, let left, let right): symbol(left.value(at: x), right.value(at: x))
    }
  }

  /// The numbers that its column may hold; `nil` where it has several.
  var domain: Support? {
    switch self {
    case .number, .column: return nil
    case .function(.log, .column): return .positive
    case .function(.sqrt, .column): return .nonNegative
    default:
      guard Set(columns).count == 1 else { return nil }
      return Support("numbers for which \(text) is finite") { self.value(at: $0).isFinite }
    }
  }
}

extension String {
  /// A column's name as it stands in a formula: in backquotes unless it is a word.
  var inFormula: String {
    let isWord =
      allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
      && !(first?.isNumber ?? true) && self != "."
    return isWord ? self : "`\(self)`"
  }
}

/// Arithmetic whose columns were found in data.
struct PlacedArithmetic: Sendable {
  let arithmetic: Arithmetic
  private let positions: [String: Int]

  /// - Throws: `invalid-data` for a column that the data don't have.
  init(_ arithmetic: Arithmetic, in names: [String]) throws {
    self.arithmetic = arithmetic
    positions = try arithmetic.columns.uniqued.reduce(into: [:]) {
      $0[$1] = try position(of: $1, in: names)
    }
  }

  func values(_ block: borrowing Block) -> [Double] { arithmetic.values(block, at: positions) }

  /// The numbers that column `j` may hold.
  func domain(ofColumn j: Int) -> Support? {
    positions.values.contains(j) ? arithmetic.domain : nil
  }
}
