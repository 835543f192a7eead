/// Means and covariances that are fixed in Gaussian components, or shared by all of them.
///
/// Covariances that all components share are a covariance model of its own.
struct GaussianConstraints: Sendable, Codable, Hashable {
  /// Of the means' numbers and of the covariances', in the units of the data; none where nothing is
  /// restricted.
  var roles: [ParameterRole] = []
  /// The covariance of every component, in the frame.
  var covariance: Scatter?

  var isEmpty: Bool { roles.isFree }

  func freeParameters(components k: Int, dimension d: Int, _ model: any CovarianceModel) -> Int {
    let means = isEmpty ? k * d : Array(roles.prefix(d)).freeParameters(components: k)
    return means
      + (covariance != nil ? 0 : model.freeParameters(components: k, dimension: d))
  }
}

extension GaussianFamily {
  /// The roles of the numbers of `mean` and `covariance`.
  public var roles: [ParameterRole] {
    constraints.isEmpty ? [] : constraints.roles
  }

  /// Means that keep to the restrictions, from those of the rows alone.
  ///
  /// Given the covariances before, the likelihood is a quadratic of all means, −½Σ mₖ(x̄ₖ − μₖ)ᵀPₖ(x̄ₖ − μₖ)
  /// with Pₖ the precisions and mₖ the masses; its maximum over what is free or tied is a conditional
  /// maximisation (Meng & Rubin 1993). O(Kd³), with ties O(K³d³) at worst.
  func constrained(_ means: [[Double]], masses: [Double], previous: [Gaussian]) -> [[Double]] {
    let given = Array(constraints.roles.prefix(dimension))
    guard !given.isFree else { return means }
    let fixed = frame.toFrame(point: given.map { $0.fixedValue ?? 0 })
    let roles = zip(given, fixed).map { $0.fixedValue == nil ? $0 : .fixed($1) }
    var result = roles.applied(to: means, weights: masses)
    let used = means.indices.filter { masses[$0] > 0 && previous[$0].factor != nil }
    for members in roles.hasTied ? [used] : used.map({ [$0] }) {
      let system = JointNormalEquations(roles, components: members.count)
      guard system.count > 0 else { continue }
      let precisions = members.map { k -> Matrix in
        let values = previous[k].factor?.precision ?? []
        return Scatter(form, dimension: dimension, values: values).matrix
      }
      let slopes = zip(members, precisions).map { k, precision in
        (0..<dimension).map { a in
          (0..<dimension).reduce(0) {
            $0 + masses[k] * precision[a, $1] * (means[k][$1] - result[k][$1])
          }
        }
      }
      let curvatures = zip(members, precisions).map { k, precision in
        (0..<dimension).flatMap { a in (a..<dimension).map { masses[k] * precision[a, $0] } }
      }
      guard
        let solved = NormalEquations.solve(
          system.curvature(curvatures.map { $0[...] }), system.slope(slopes.map { $0[...] }))
      else { continue }
      for (k, step) in zip(members, system.steps(solved.solution)) {
        result[k] = zip(result[k], step).map { $0 + $1 }
      }
    }
    // What has no rows shares what is tied.
    guard let model = used.first else { return result }
    for k in result.indices where masses[k] == 0 {
      for (j, role) in roles.enumerated() where role == .tied { result[k][j] = result[model][j] }
    }
    return result
  }

  /// The family with what the context restricts.
  ///
  /// - Parameters:
  ///   - context: The context of the fit.
  ///   - names: What the family's mean and covariance are called.
  ///   - family: What the family is called.
  ///   - others: Further parameters, which are not the Gaussian's to restrict.
  /// - Throws: `invalid-option` for values that don't fit.
  func constrained(
    in context: FamilyContext, names: (mean: String, covariance: String), family: String,
    others: [NamedParameter]
  ) throws -> GaussianFamily {
    var options = context.constraints
    var constraints = GaussianConstraints()
    if let value = options.fixed[names.covariance] {
      let component = try framed(value)
      let kept = frame.fromFrame(component.covariance).matrix
      if let matrix = value.matrix {
        let largest = matrix.values.map(abs).max() ?? 0
        let difference = zip(kept.values, matrix.values).map { abs($0 - $1) }.max() ?? 0
        guard difference <= 1e-9 * largest else {
          throw EmulsionError(
            .invalidOption,
            "fixed: the \(names.covariance) is not \(covarianceModel.name); choose another covariance"
          )
        }
      }
      constraints.covariance = component.covariance
      options.fixed[names.covariance] = .matrix(kept)
    }
    let template = [
      NamedParameter(names.mean, .vector(frame.origin)),
      NamedParameter(names.covariance, .matrix(.identity(dimension))),
    ]
    constraints.roles = Array(
      try options.roles(of: template + others, columns: context.data.columnNames, family: family)
        .prefix(dimension + dimension * dimension))
    return GaussianFamily(
      covarianceModel, columnNames: columnNames, frame: frame, limits: limits,
      constraints: constraints, meanWeight: meanWeight, endsAtFloor: endsAtFloor)
  }
}

extension GaussianFamily {
  /// A component of a fixed covariance.
  private func framed(_ covariance: ParameterValue) throws -> Gaussian {
    do {
      return try component(from: ["mean": .vector(frame.origin), "covariance": covariance])
    } catch let error as EmulsionError {
      throw EmulsionError(error.code, "fixed: \(error.message)")
    }
  }
}

extension CovarianceModel {
  /// The model of the same kind whose covariances all components share: of its letters, each V
  /// becomes E.
  func shared(in catalogue: Catalogue) throws -> any CovarianceModel {
    if sharesCovariance { return self }
    let letters = ([name] + aliases).first { $0.count <= 3 && $0.allSatisfy("EVI".contains) }
    guard let letters else {
      throw EmulsionError(
        .invalidOption, "tied: the covariance model \(quoted(name)) has no form that is shared")
    }
    return try catalogue.covarianceModel(named: letters.replacing("V", with: "E"))
  }
}
