import Emulsion

// What a formula is read by: signs, names, and what is said where they are missing.
extension FormulaParser {
  mutating func skipSpace() {
    rest = rest.drop { $0 == " " || $0 == "\t" || $0.isNewline }
  }

  /// Takes `symbol` where it comes next.
  mutating func take(_ symbol: String) -> String? {
    skipSpace()
    guard rest.hasPrefix(symbol), !(symbol == "*" && rest.hasPrefix("**")) else { return nil }
    rest = rest.dropFirst(symbol.count)
    return symbol
  }

  mutating func expect(_ symbol: String) throws {
    guard take(symbol) != nil else { throw wrong("\"\(symbol)\"") }
  }

  mutating func nest() throws {
    depth += 1
    if depth > 8 * Self.mostNested { throw refusal("has too many parentheses within each other") }
  }

  /// A column's name: a word, or anything in backquotes.
  mutating func name() throws -> String {
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

  func unknownFunction(_ name: String) -> EmulsionError {
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

  func refusal(_ what: String) -> EmulsionError {
    EmulsionError(.invalidOption, "\(option): \"\(text.clipped)\" \(what)")
  }

  func wrong(_ what: String, hint: String = "") -> EmulsionError {
    let place = rest.isEmpty ? "at its end" : "before \"\(String(rest).clipped)\""
    return EmulsionError(
      .invalidOption, "\(option): \"\(text.clipped)\" needs \(what) \(place)\(hint)")
  }
}

extension Character {
  /// Whether it may stand in a column's name without backquotes.
  var isInName: Bool { isLetter || isNumber || self == "_" || self == "." }
}

extension String {
  /// As much as an error text can hold.
  fileprivate var clipped: String { count > 120 ? prefix(120) + "…" : self }
}
