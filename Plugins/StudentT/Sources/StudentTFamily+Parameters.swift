import Emulsion

extension StudentTFamily {
  /// `mean`, `scale` (a matrix) and `degrees_of_freedom`, in the units of the data.
  public func parameters(of component: StudentTComponent) -> [NamedParameter] {
    gaussian.parameters(of: component.gaussian).map {
      $0.name == "covariance" ? NamedParameter("scale", $0.value) : $0
    } + [NamedParameter("degrees_of_freedom", .scalar(component.degreesOfFreedom))]
  }

  /// That of `scale`.
  public func covarianceModel(ofParameter name: String) -> (any CovarianceModel)? {
    name == "scale" ? gaussian.covarianceModel : nil
  }

  /// Degrees of freedom are above 0.
  public func transform(ofParameter name: String) -> ParameterTransform {
    name == "degrees_of_freedom" ? .positive : .real
  }

  /// A component from its `mean` (needed), `scale` or `covariance` (both are taken as the scale
  /// matrix), and `degrees_of_freedom`.
  public func component(from parameters: [String: ParameterValue]) throws -> StudentTComponent {
    var own = ParameterReader(parameters.filter { $0.key == "degrees_of_freedom" }, of: name)
    var standard = 10.0
    if case .fixed(let value) = degreesOfFreedom { standard = value }
    var degrees = try own.number("degrees_of_freedom", in: .positive, default: standard)
    if case .fixed(let value) = degreesOfFreedom { degrees = value }
    var rest = parameters
    rest["degrees_of_freedom"] = nil
    if let scale = rest.removeValue(forKey: "scale") { rest["covariance"] = scale }
    return StudentTComponent(
      gaussian: try gaussian.component(from: rest), degreesOfFreedom: degrees)
  }

  /// Mean, and covariance ν/(ν − 2)·scale; none for ν ≤ 2, where there is no covariance.
  public func moments(of component: StudentTComponent) -> Moments? {
    let degrees = component.degreesOfFreedom
    guard degrees > 2, var moments = gaussian.moments(of: component.gaussian) else { return nil }
    let factor = degrees / (degrees - 2)
    moments.covariance = moments.covariance.scaled(by: factor)
    return moments
  }

  /// μ + z/√(g/ν), z Gaussian with the scale matrix, g chi-squared with ν degrees of freedom.
  public func sample(_ component: StudentTComponent, using random: inout CounterRandom)
    -> [Double]
  {
    let half = component.degreesOfFreedom / 2
    let point = gaussian.sample(component.gaussian, using: &random)
    let stretch = (half / random.gamma(shape: half)).squareRoot()
    let mean = gaussian.moments(of: component.gaussian)?.mean ?? point
    return zip(point, mean).map { $1 + ($0 - $1) * stretch }
  }
}

extension StudentTFamily {
  enum CodingKeys: String, CodingKey {
    case options, gaussian, degreesOfFreedom
  }

  /// Writes the options and the Gaussian family.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let definition = StudentT(degreesOfFreedom: degreesOfFreedom)
    try container.encode(definition.optionValues, forKey: .options)
    try gaussian.encode(to: container.superEncoder(forKey: .gaussian))
  }

  /// Reads back a component that fits the family.
  public func decodeComponent(from decoder: any Decoder) throws -> StudentTComponent {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let degrees = try container.decode(Double.self, forKey: .degreesOfFreedom)
    guard degrees > 0, degrees.isFinite else {
      throw EmulsionError(.invalidData, "a component's degrees_of_freedom are out of range")
    }
    return StudentTComponent(
      gaussian: try gaussian.decodeComponent(from: container.superDecoder(forKey: .gaussian)),
      degreesOfFreedom: degrees)
  }
}
