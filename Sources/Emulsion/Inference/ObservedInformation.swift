/// Minus the Hessian of the log-likelihood in a mixture's free coordinates, by differences of the
/// log-likelihood at two step widths, extrapolated (Richardson 1911): the error is of fourth order.
struct ObservedInformation: Sendable {
  let space: ParameterSpace
  let data: any DataSource
  let rule: any PosteriorTransform

  /// Steps are this share of the width of the likelihood along a coordinate.
  private static let width = 0.04
  /// Second differences at two widths agree to this share where there is no kink.
  private static let unevenness = 0.2
  /// The smallest eigenvalue of the information, scaled to a diagonal of ones, that is not 0.
  private static let smallest = 1e-9

  /// The inverse, the steps, and what the log-likelihood would still gain, nats.
  ///
  /// - Throws: `degenerate` naming the parameter along which it is flat or rises.
  func inverse(_ execution: Execution) throws -> (Matrix, steps: [Double], decrement: Double) {
    let p = space.names.count
    guard p > 0 else { return (Matrix(rows: 0, columns: 0), [], 0) }
    // One pass is spread over threads where data are many; else the passes are.
    let sideBySide = Chunks(rows: data.rows).count < 2 * execution.threads
    let concurrency = sideBySide ? space.mixture.passShape.maximumConcurrency : 1
    let inner = sideBySide ? execution.serial : execution
    let origin = try value([], inner)
    let steps = try execution.map(p, concurrency: concurrency) { i in
      try step(i, origin, inner)
    }
    // f(h) and f(−h) of one width, then of twice that.
    let singles = try execution.map(4 * p, concurrency: concurrency) { task in
      let (i, kind) = (task / 4, task % 4)
      return try value([(i, steps[i] * [1, -1, 2, -2][kind])], inner) - origin
    }
    var hessian = Matrix(rows: p, columns: p)
    var gradient = [Double].zeros(p)
    for i in 0..<p {
      let f = singles[4 * i..<4 * i + 4].map { $0 }
      let (near, far) = (f[0] + f[1], (f[2] + f[3]) / 4)
      // Twice the step bends four times as much; across a kink only twice. Toward a border, which logarithms and
      // log-odds put far away, it bends unevenly without one.
      let isEven = abs(near - far) <= Self.unevenness * max(abs(near), abs(far))
      guard isEven || !space.unbounded.contains(i) else { throw kinked(i) }
      hessian[i, i] = (4 * near - far) / 3
      gradient[i] = (8 * (f[0] - f[1]) - (f[2] - f[3])) / 12
    }
    let pairs = (0..<p).flatMap { i in (i + 1..<max(p, i + 1)).map { (i, $0) } }
    let mixed = try execution.map(pairs.count, concurrency: concurrency) { place in
      let (i, j) = pairs[place]
      func mixed(_ factor: Double, _ at: Int) throws -> Double {
        let (a, b) = (factor * steps[i], factor * steps[j])
        let both =
          try value([(i, a), (j, b)], inner) + value([(i, -a), (j, -b)], inner) - 2 * origin
        let alone =
          singles[4 * i + at] + singles[4 * i + at + 1] + singles[4 * j + at]
          + singles[4 * j + at + 1]
        return (both - alone) / (2 * factor * factor)
      }
      return (4 * (try mixed(1, 0)) - (try mixed(2, 2))) / 3
    }
    for ((i, j), value) in zip(pairs, mixed) {
      (hessian[i, j], hessian[j, i]) = (value, value)
    }
    return try inverse(of: hessian, gradient, steps)
  }

  /// Inverts the information, whose unit along each coordinate is its step.
  private func inverse(of hessian: Matrix, _ gradient: [Double], _ steps: [Double]) throws -> (
    Matrix, steps: [Double], decrement: Double
  ) {
    let p = steps.count
    for i in 0..<p where !(hessian[i, i] < 0) { throw singular(i) }
    let scales = (0..<p).map { 1 / (-hessian[$0, $0]).squareRoot() }
    var scaled = hessian
    for i in 0..<p {
      for j in 0..<p { scaled[i, j] = -hessian[i, j] * scales[i] * scales[j] }
    }
    guard let eigen = LinearAlgebra.eigen(scaled) else { throw singular(0) }
    if !(eigen.values[0] > Self.smallest) {
      let direction = Array(eigen.vectors.row(0)).map(abs)
      throw singular(direction.indices.max { direction[$0] < direction[$1] } ?? 0)
    }
    var inverse = Matrix(rows: p, columns: p)
    for (m, value) in eigen.values.enumerated() {
      let vector = eigen.vectors.row(m).map { $0 }
      for i in 0..<p {
        for j in 0..<p { inverse[i, j] += vector[i] * vector[j] / value }
      }
    }
    var decrement = 0.0
    for i in 0..<p {
      for j in 0..<p {
        inverse[i, j] *= scales[i] * scales[j]
        decrement += gradient[i] * inverse[i, j] * gradient[j] / 2
        inverse[i, j] *= steps[i] * steps[j]
      }
    }
    return (inverse, steps, decrement)
  }

  private func singular(_ i: Int) -> EmulsionError {
    EmulsionError(
      .degenerate,
      "intervals: the information is singular: the log-likelihood has no maximum along \(space.names[i]); "
        + "method = \"bootstrap\" needs none, or resume with a smaller tolerance, or \(space.remedy)"
    )
  }

  private func kinked(_ i: Int) -> EmulsionError {
    EmulsionError(
      .degenerate,
      "intervals: the log-likelihood has a kink along \(space.names[i]), where there is no information; "
        + "use method = \"bootstrap\"")
  }

  private func value(_ moves: [(Int, Double)], _ execution: Execution) throws -> Double {
    var x = [Double].zeros(space.names.count)
    for (i, move) in moves { x[i] += move }
    return try space.mixture(at: x).score(data, execution, rule).logLikelihood
  }

  /// A step along a coordinate at which the log-likelihood bends by about `width`².
  private func step(_ i: Int, _ origin: Double, _ execution: Execution) throws -> Double {
    let target = Self.width * Self.width
    var h = 1e-3
    for _ in 0..<40 {
      let sum =
        (try? value([(i, h)], execution) + value([(i, -h)], execution) - 2 * origin) ?? -.infinity
      let bend = abs(sum)
      if bend > target / 2 && bend < 2 * target { return h }
      try execution.checkCancellation()
      h *=
        bend.isFinite && bend > 0
        ? min(1e6, max(1e-3, (target / bend).squareRoot())) : bend == 0 ? 1e6 : 1e-3
      guard h > 1e-300 && h < 1e300 else { break }
    }
    throw singular(i)
  }
}

extension ParameterSpace {
  /// Derivatives of what is reported, a row each, by the coordinates; their error is of fourth order.
  func slopes(_ steps: [Double]) -> Matrix {
    var result = Matrix(rows: reported.count, columns: steps.count)
    for (j, step) in steps.enumerated() {
      func values(_ factor: Double) -> [Double] {
        var x = [Double].zeros(steps.count)
        x[j] = factor * step
        let numbers = numbers(at: x)
        return reported.map(numbers.value)
      }
      let (a, b, c, d) = (values(1), values(-1), values(2), values(-2))
      for i in reported.indices {
        result[i, j] = (8 * (a[i] - b[i]) - (c[i] - d[i])) / (12 * step)
      }
    }
    return result
  }
}
