import Emulsion

/// One column of the design: a product of pieces whose columns were found in data.
struct PlacedTerm: Sendable {
  /// What its coefficient is called.
  let name: String
  let columns: [String]
  private let pieces: [Piece]

  /// A factor, or one column of what it stands for.
  private enum Piece: Sendable {
    case power(Int, Int)
    case arithmetic(PlacedArithmetic)
    /// 1 where a column has a value.
    case level(Int, Double, among: [Double], titles: [String])
    case polynomial(Int, degree: Int, OrthogonalPolynomials)

    /// Multiplies `lanes` by its values.
    func multiply(_ block: borrowing Block, into lanes: inout MutableSpan<Double>) {
      switch self {
      case .power(let position, let power):
        let values = block.column(position)
        for i in values.indices { for _ in 0..<power { lanes[i] *= values[i] } }
      case .arithmetic(let arithmetic):
        let values = arithmetic.values(block)
        for i in values.indices { lanes[i] *= values[i] }
      case .level(let position, let level, _, _):
        let values = block.column(position)
        for i in values.indices { lanes[i] *= values[i] == level ? 1 : 0 }
      case .polynomial(let position, let degree, let polynomials):
        let values = block.column(position)
        for i in values.indices { lanes[i] *= polynomials.value(degree, at: values[i]) }
      }
    }

    /// The numbers that column `j` may hold.
    func domain(ofColumn j: Int) -> Support? {
      switch self {
      case .arithmetic(let arithmetic): return arithmetic.domain(ofColumn: j)
      case .level(j, _, let levels, let titles):
        let listed = titles.prefix(8).joined(separator: ", ")
        return Support(
          "the levels \(listed)\(levels.count > 8 ? ", …" : "") that it was fitted to",
          contains: Set(levels).contains)
      default: return nil
      }
    }
  }

  /// The columns of the design that a term stands for, one after the other.
  ///
  /// - Parameters:
  ///   - full: The categories of which every level has a column of its own; of others the first level is
  ///     what the rest are compared with.
  ///   - bases: What was learned of data for categories and polynomials.
  /// - Throws: `invalid-data` for columns that the data don't have, or bases that fit no factor.
  static func all(
    _ term: Term, full: Set<Factor>, _ bases: FormulaBases, in names: [String],
    _ texts: ColumnLevels
  ) throws -> [PlacedTerm] {
    var products: [(names: [String], pieces: [Piece])] = [([], [])]
    for factor in term.factors {
      let parts = try parts(factor, isFull: full.contains(factor), bases, names, texts)
      // The first factor varies fastest, as in R.
      products = parts.flatMap { part in
        products.map { ($0.names + [part.name], $0.pieces + [part.piece]) }
      }
    }
    return products.map {
      PlacedTerm(
        name: $0.names.joined(separator: ":"), columns: term.columns.uniqued, pieces: $0.pieces)
    }
  }

  private static func parts(
    _ factor: Factor, isFull: Bool, _ bases: FormulaBases, _ names: [String],
    _ texts: ColumnLevels
  ) throws -> [(name: String, piece: Piece)] {
    switch factor {
    case .power(let column, let power):
      return [(factor.name, .power(try position(of: column, in: names), power))]
    case .arithmetic(let arithmetic):
      return [(factor.name, .arithmetic(try PlacedArithmetic(arithmetic, in: names)))]
    case .category(let column, _):
      let position = try position(of: column, in: names)
      let levels = try bases.levels(of: factor)
      let titles = levels.map { level in
        texts.text(of: level, in: column).map(ColumnLevels.shown)
          ?? level.formatted(significant: 15)
      }
      return levels.indices.dropFirst(isFull ? 0 : 1).map { l in
        (
          factor.name + titles[l],
          .level(position, levels[l], among: levels, titles: titles)
        )
      }
    case .polynomial(let column, let degree):
      let position = try position(of: column, in: names)
      let polynomials = try bases.polynomials(of: factor, degree: degree)
      return (1...degree).map {
        (factor.name + String($0), .polynomial(position, degree: $0, polynomials))
      }
    }
  }

  /// Writes the term's value in every row.
  func write(_ block: borrowing Block, into lanes: inout MutableSpan<Double>) {
    for i in 0..<block.rows { lanes[i] = 1 }
    for piece in pieces { piece.multiply(block, into: &lanes) }
  }

  /// The numbers that column `j` may hold.
  func domain(ofColumn j: Int) -> Support? {
    pieces.lazy.compactMap { $0.domain(ofColumn: j) }.first
  }
}
