extension Mixture {
  /// Writes the family's state, the components as they are worked with, and the weights.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: MixtureKeys.self)
    try container.encodeIfPresent(family.traits.origin, forKey: .origin)
    try container.encode(family, forKey: .family)
    try container.encode(parameters.components, forKey: .components)
    try container.encode(parameters.weights, forKey: .weights)
    try container.encodeIfPresent(noise, forKey: .noise)
    if parameters.mixing != .free { try container.encode(parameters.mixing, forKey: .mixing) }
  }
}

enum MixtureKeys: String, CodingKey {
  case origin
  case family
  case components
  case weights
  case noise
  case mixing
}

extension Catalogue {
  /// The mixture that a model file holds.
  func decodeMixture(family name: String, from decoder: any Decoder) throws -> any AnyMixture {
    let container = try decoder.container(keyedBy: MixtureKeys.self)
    let origin = try container.decodeIfPresent(String.self, forKey: .origin)
    if let family = try decodeConcomitant(from: container.superDecoder(forKey: .family)) {
      return try decode(family, container)
    }
    let family = try savedFamily(named: name, origin: origin).constrainedFamily(
      from: container.superDecoder(forKey: .family), catalogue: self)
    return try decode(family, container)
  }

  /// The family that a model file names.
  ///
  /// - Throws: `invalid-data` where it is not here, or another of its name is.
  func savedFamily(named name: String, origin: String?) throws -> any FamilyDefinition {
    let found = families.first { $0.name == name }
    if let found, found.origin == origin { return found }
    let remedy =
      if let origin {
        "is not here: first define it by \(origin)"
      } else if let other = found?.origin {
        "is hidden by one of the same name that \(other) defined"
      } else {
        "is not here: first load the plugin that it comes from"
      }
    throw EmulsionError(.invalidData, "its family \(quoted(name)) \(remedy)")
  }

  private func decode<Family: ComponentFamily>(
    _ family: Family, _ container: KeyedDecodingContainer<MixtureKeys>
  ) throws -> any AnyMixture {
    var list = try container.nestedUnkeyedContainer(forKey: .components)
    var components: [Family.Component] = []
    while !list.isAtEnd {
      components.append(try family.schema.decodeComponent(from: list.superDecoder()))
    }
    let weights = try container.decode([Double].self, forKey: .weights)
    guard weights.count == components.count, !weights.isEmpty,
      weights.allSatisfy({ $0 >= 0 && $0 <= 1 }), abs(weights.reduce(0, +) - 1) <= 1e-6
    else { throw EmulsionError(.invalidData, "weights and components don't fit") }
    let noise = try container.decodeIfPresent(Noise.self, forKey: .noise)
    guard noise?.fits(family.traits.dimension) ?? true else {
      throw EmulsionError(.invalidData, "the noise doesn't fit the columns")
    }
    let mixing = try container.decodeIfPresent(MixingWeights.self, forKey: .mixing) ?? .free
    guard mixing.fits(components.count) else {
      throw EmulsionError(.invalidData, "the fixed weights don't fit the components")
    }
    do {
      // What can't be evaluated must not be loaded.
      _ = try family.prepare(components)
    } catch let error as EmulsionError {
      throw EmulsionError(.invalidData, error.message)
    }
    return Mixture(
      family: family,
      parameters: MixtureParameters(
        components: components, weights: weights, noise: noise, mixing: mixing))
  }
}
