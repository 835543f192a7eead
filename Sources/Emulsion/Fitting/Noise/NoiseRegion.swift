/// The region in which noise lies, which sets its constant density.
public enum NoiseRegion: Sendable, Hashable {
  /// In the box about the data along their columns.
  case box
  /// In that box, or in the one along the principal components of the data, whichever is smaller: so mclust's
  /// `hypvol` has it (Fraley & Raftery 2002). Rescaling a column may change which one that is.
  case principal
  /// Of a given density, in inverse units of the product of all columns; it is drawn from the first box.
  case density(Double)

  /// The region of that name, `box` or `principal`.
  ///
  /// - Throws: `invalid-option` with the nearest valid name.
  public init(named name: String) throws {
    switch name {
    case "box": self = .box
    case "principal": self = .principal
    default:
      let names = ["box", "principal"]
      throw EmulsionError(
        .invalidOption,
        "noise: there is no region \(quoted(name))"
          + (spellingHint(for: name, among: names) ?? "; there are \"box\" and \"principal\""))
    }
  }

  /// What manifests call it.
  var description: String {
    switch self {
    case .box: "true"
    case .principal: "principal"
    case .density(let density): "density \(density)"
    }
  }

  /// Throws `invalid-option` for a density that is none.
  func validate() throws {
    guard case .density(let density) = self, !(density > 0 && density.isFinite) else { return }
    throw EmulsionError(
      .invalidOption, "noise: density must be a number above 0, not \(density.brief)")
  }

  /// The region about some data.
  ///
  /// - Parameter box: The one along the columns.
  /// - Throws: `degenerate` where it has no volume, `invalid-option` where columns are none of real numbers.
  func region(in box: UniformRegion, _ family: any ComponentFamily, _ context: FamilyContext) throws
    -> UniformRegion
  {
    let names = context.data.columnNames
    switch self {
    case .density(let density):
      return UniformRegion(box.ranges, logDensity: naturalLog(density))
    case .box:
      try box.requireVolume(names)
      return box
    case .principal:
      try box.requireVolume(names)
      for (j, name) in names.enumerated() {
        guard case .interval? = box.ranges[j], family.traits.support(ofColumn: j).isUnlimited else {
          throw EmulsionError(
            .invalidOption,
            "noise: region = \"principal\" is for columns of real numbers, which "
              + "\(quoted(name)) is not here; use region = \"box\", or a density")
        }
      }
      guard names.count > 1 else { return box }
      let turned = try TurnedBox(about: context)
      let logDensity = -turned.logVolume
      return logDensity > box.logDensity
        ? UniformRegion(box.ranges, logDensity: logDensity, turned: turned) : box
    }
  }
}
