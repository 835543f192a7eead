import Emulsion

/// Rows of counts given their total: p(x) = n!/Πⱼ xⱼ! · Πⱼ pⱼ^xⱼ with n = Σⱼ xⱼ, such as the words of
/// documents.
///
/// The M step is pⱼ = Σγxⱼ / Σγn (Johnson, Kotz & Balakrishnan 1997, chapter 35).
public struct Multinomial: FamilyDefinition {
  /// Makes the definition.
  public init() {}
  /// `multinomial`.
  public var name: String { "multinomial" }
  /// For help.
  public var summary: String {
    "rows of counts given their total, such as words of documents; parameter probabilities"
  }

  /// True.
  public var keepsConstraints: Bool { true }

  /// Looks for the total of the rows, which samples need.
  ///
  /// - Throws: `invalid-data` for fewer than two columns.
  public func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    let columns = context.data.columns
    guard columns > 1 else {
      throw EmulsionError(
        .invalidData, "the family \"multinomial\" describes counts in two or more columns")
    }
    var totals: (least: Double, most: Double) = (.infinity, -.infinity)
    try context.forEachBlock { block in
      for i in 0..<block.rows {
        var total = 0.0
        for j in 0..<columns { total += block.column(j)[i] }
        totals = (min(totals.least, total), max(totals.most, total))
      }
    }
    var family = MultinomialFamily(
      dimension: columns, total: totals.least == totals.most ? totals.least : nil,
      hasLargeCounts: totals.most > MultinomialFamily.largeTotal)
    if !context.constraints.isEmpty { try family.restrict(in: context) }
    return family
  }

  /// Reads the dimension back.
  public func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws
    -> any ComponentFamily
  {
    let family = try MultinomialFamily(from: decoder)
    guard family.dimension > 1, family.roles.isEmpty || family.roles.count == family.dimension,
      family.total.map({ $0 >= 0 && $0 < 0x1p53 }) ?? true
    else {
      throw EmulsionError(.invalidData, "a multinomial family is damaged")
    }
    return family
  }
}
