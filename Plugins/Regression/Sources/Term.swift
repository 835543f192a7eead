import Emulsion

/// A column, a power or a function of it.
struct Factor: Sendable, Hashable {
  /// The functions that a formula knows.
  enum Function: String, Sendable, CaseIterable {
    case log
    case exp
    case sqrt

    /// The numbers that it takes.
    var domain: Support {
      switch self {
      case .log: .positive
      case .exp: .real
      case .sqrt: .nonNegative
      }
    }
  }

  let column: String
  let function: Function?
  let power: Int

  var name: String {
    let inner = column.isPlainName ? column : "`\(column)`"
    if let function { return "\(function.rawValue)(\(inner))" }
    return power == 1 ? inner : "\(inner)^\(power)"
  }

  /// Multiplies `lanes` by the factor's values.
  func multiply(_ values: Span<Double>, into lanes: inout MutableSpan<Double>) {
    for i in values.indices {
      switch function {
      case .log: lanes[i] *= Elementary.log(values[i])
      case .exp: lanes[i] *= Elementary.exp(values[i])
      case .sqrt: lanes[i] *= values[i].squareRoot()
      case nil: for _ in 0..<power { lanes[i] *= values[i] }
      }
    }
  }
}

/// A predictor: a product of factors.
struct Term: Sendable, Hashable {
  let factors: [Factor]

  var columns: [String] { factors.map(\.column) }
  var name: String { factors.map(\.name).joined(separator: ":") }

  /// Reads one term, such as an offset.
  init(_ text: String, option: String) throws {
    var parser = FormulaParser(text, option: option)
    let terms = try parser.terms()
    var isAdded = true
    guard terms.count == 1, try !parser.takeSign(&isAdded) else {
      throw EmulsionError(.invalidOption, "\(option): \"\(text)\" must be one term")
    }
    factors = terms[0].factors
  }

  init(factors: [Factor]) { self.factors = factors }
}

/// A term whose columns were found in data.
struct PlacedTerm: Sendable {
  let term: Term
  private let positions: [Int]

  /// - Throws: `invalid-data` for a column that the data don't have.
  init(_ term: Term, in names: [String]) throws {
    self.term = term
    positions = try term.columns.map { try position(of: $0, in: names) }
  }

  /// Writes the term's value in every row.
  func write(_ block: borrowing Block, into lanes: inout MutableSpan<Double>) {
    for i in 0..<block.rows { lanes[i] = 1 }
    for (factor, position) in zip(term.factors, positions) {
      factor.multiply(block.column(position), into: &lanes)
    }
  }

  /// The numbers that column `j` may hold.
  func domain(ofColumn j: Int) -> Support? {
    zip(term.factors, positions).first { $1 == j && $0.function != nil }?.0.function?.domain
  }
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

extension String {
  fileprivate var isPlainName: Bool {
    allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
      && !(first?.isNumber ?? true)
  }
}
