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

  var initializer: GivenParameters {
    GivenParameters(parameters, weights: weights + (noise.map { [$0] } ?? []))
  }
}
