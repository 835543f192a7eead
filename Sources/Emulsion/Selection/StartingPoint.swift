/// What a fit begins with that goes on from another one.
struct StartingPoint {
  var parameters: [[String: ParameterValue]]
  var weights: [Double]
  private let noise: Double?

  init(_ model: Model) {
    parameters = model.parameters.map(\.byName)
    weights = model.weights
    noise = model.noise?.weight
  }

  /// What stands for the same mixture in a family of which its own is a special case or a limit.
  func of(_ family: any FamilyDefinition, like own: any FamilyDefinition) -> StartingPoint? {
    var result = self
    let reached = parameters.compactMap { family.parameters(like: own, with: $0) }
    guard reached.count == parameters.count else { return nil }
    result.parameters = reached
    return result
  }

  var initializer: GivenParameters {
    GivenParameters(parameters, weights: weights + (noise.map { [$0] } ?? []))
  }
}
