/// Where a chain of iterations has been: the sum of its parameters, and the best of them.
struct VisitedParameters<Family: ComponentFamily>: Sendable {
  private(set) var best: MixtureParameters<Family.Component>
  private(set) var highest: Double
  private(set) var count = 1
  private(set) var weights: [Double]
  /// Of each component, the numbers of each parameter.
  private(set) var sums: [[[Double]]]

  /// Begins with one place.
  init(_ parameters: MixtureParameters<Family.Component>, _ height: Double, _ family: Family) {
    (best, highest, weights) = (parameters, height, parameters.weights)
    sums = parameters.components.map { family.schema.parameters(of: $0).map(\.value.own) }
  }

  /// Takes up what was summed before.
  init(
    _ best: MixtureParameters<Family.Component>, _ highest: Double, count: Int, weights: [Double],
    sums: [[[Double]]]
  ) {
    (self.best, self.highest, self.count) = (best, highest, count)
    (self.weights, self.sums) = (weights, sums)
  }

  /// Adds a place.
  mutating func note(
    _ parameters: MixtureParameters<Family.Component>, _ height: Double, _ family: Family
  ) {
    if height > highest { (best, highest) = (parameters, height) }
    count += 1
    for k in weights.indices {
      weights[k] += parameters.weights[k]
      for (place, parameter) in family.schema.parameters(of: parameters.components[k]).enumerated()
      {
        for (i, number) in parameter.value.own.enumerated() { sums[k][place][i] += number }
      }
    }
  }

  /// The mean of all places.
  ///
  /// - Throws: What the family throws of numbers that make no component.
  func mean(_ family: Family) throws -> MixtureParameters<Family.Component> {
    var result = best
    let scale = 1 / Double(count)
    result.weights = weights.map { $0 * scale }
    for k in weights.indices {
      let named = family.schema.parameters(of: best.components[k])
      var values = named.byName
      for (parameter, sum) in zip(named, sums[k]) {
        values[parameter.name] = parameter.value.replacing(sum.map { $0 * scale })
      }
      result.components[k] = try family.schema.component(from: values)
    }
    return result
  }
}

extension ParameterValue {
  /// Its numbers, of a covariance of independent columns the variances alone.
  fileprivate var own: [Double] {
    if case .covariance(let covariance) = self, covariance.isDiagonal {
      return covariance.variances
    }
    return numbers
  }

  /// A value of the same shape with other numbers.
  fileprivate func replacing(_ numbers: [Double]) -> ParameterValue {
    switch self {
    case .scalar: .scalar(numbers.first ?? .nan)
    case .vector: .vector(numbers)
    case .matrix(let matrix):
      .matrix(Matrix(rows: matrix.rows, columns: matrix.columns, values: numbers))
    case .covariance(let covariance):
      covariance.isDiagonal
        ? .covariance(Covariance(variances: numbers))
        : .covariance(
          Covariance(
            Matrix(rows: covariance.dimension, columns: covariance.dimension, values: numbers)))
    }
  }
}

extension ExpectationMaximisation {
  /// Notes where a run is, while that counts, and ends it after that: with one EM step from the mean of
  /// where it was, or at the best place, whichever is higher.
  func average(
    _ counted: Range<Int>, _ run: inout EMRun<Family>, _ execution: Execution
  ) throws {
    guard counted.contains(run.iterations) else { return }
    let (here, height) = (run.parameters, run.height)
    if run.visited == nil {
      run.visited = VisitedParameters(here, height, family)
    } else {
      run.visited?.note(here, height, family)
    }
    guard run.iterations == counted.upperBound - 1, let visited = run.visited else { return }
    var (parameters, sums) = (
      visited.best, try pass(visited.best, restricted(Softmax()), execution)
    )
    judge(&sums, parameters)
    if let (mean, own) = try? step(from: visited.mean(family), execution),
      own.height > sums.height
    {
      (parameters, sums) = (mean, own)
    }
    run.note(sums, at: parameters, own: [])
    run.hasConverged = true
  }

  /// One EM step, and what it comes to.
  private func step(from parameters: MixtureParameters<Family.Component>, _ execution: Execution)
    throws -> (MixtureParameters<Family.Component>, PassResult<Family.Statistics>)
  {
    let next = try maximisation(
      pass(parameters, restricted(Softmax()), execution), previous: parameters,
      restricted(Softmax()), execution)
    var sums = try pass(next, restricted(Softmax()), execution)
    judge(&sums, next)
    return (next, sums)
  }
}
