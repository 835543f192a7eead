import Emulsion

/// Directions: p(x) = C_d(κ) e^(κ μ·x) on the unit sphere, with mean direction μ and concentration κ.
///
/// The M step is μ = Σγx/|Σγx| and the exact root of I_{d/2}(κ)/I_{d/2−1}(κ) = |Σγx|/Σγ by Newton's
/// method (Mardia & Jupp 2000, section 10.3; Sra 2012).
public struct VonMisesFisher: FamilyDefinition {
  /// Makes the definition.
  public init() {}
  /// `von_mises_fisher`.
  public var name: String { "von_mises_fisher" }
  /// For help.
  public var summary: String {
    "directions, on the circle or a sphere; parameters mean_direction, concentration"
  }

  /// True.
  public var keepsConstraints: Bool { true }

  /// Checks that every row has a direction.
  ///
  /// - Throws: `invalid-data` for fewer than two columns, and naming a row of zeros.
  public func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    let data = context.data
    guard data.columns > 1 else {
      throw EmulsionError(
        .invalidData, "the family \"\(name)\" describes directions in two or more columns")
    }
    try context.forEachBlock { block in
      for i in 0..<block.rows where (0..<block.columns).allSatisfy({ block.column($0)[i] == 0 }) {
        throw EmulsionError(
          .invalidData,
          "\(data.location(ofRow: block.rowID(i))): all numbers are 0, which is no direction; the "
            + "family \"\(name)\" describes rows by theirs")
      }
    }
    var family = VonMisesFisherFamily(dimension: data.columns)
    if !context.constraints.isEmpty { try family.restrict(in: context) }
    return family
  }

  /// Reads the dimension back.
  public func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws
    -> any ComponentFamily
  {
    let family = try VonMisesFisherFamily(from: decoder)
    guard family.dimension > 1, [0, family.dimension + 1].contains(family.roles.count) else {
      throw EmulsionError(.invalidData, "directions have two or more columns")
    }
    return family
  }
}
