extension VariationalGaussians {
  private enum Keys: String, CodingKey { case gaussian }

  /// Reads back a posterior, with its Gaussian factorised.
  func decodeComponent(from decoder: any Decoder) throws -> VariationalGaussian {
    var component = try VariationalGaussian(from: decoder)
    let container = try decoder.container(keyedBy: Keys.self)
    component.gaussian = try base.decodeComponent(from: container.superDecoder(forKey: .gaussian))
    return component
  }
}
