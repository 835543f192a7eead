/// First and second derivatives along each coordinate, from values at points around one.
///
/// f′ ≈ (f(x+h) − f(x−h))/2h and f″ ≈ (f(x+h) − 2f(x) + f(x−h))/h². With h a ten-thousandth of the
/// distance over which f changes by a half, 1/√|f″|, truncation and rounding both stay below 1e-8 of that
/// scale; the distance is learned from the curvature found. Where f is so large that its rounding hides
/// the curvature, steps grow until it shows.
public struct CentralDifferences: Sendable, Hashable {
  /// h of each coordinate.
  public private(set) var steps: [Double]

  /// Steps for a point of which no curvature is known.
  public init(at point: [Double]) { steps = point.map { 1e-5 * max(abs($0), 1) } }

  /// The point itself, and for each coordinate the one above and the one below it: 2n + 1 points.
  public func points(around point: [Double]) -> [[Double]] {
    [point]
      + point.indices.flatMap { i in
        [steps[i], -steps[i]].map { h in
          var other = point
          other[i] += h
          return other
        }
      }
  }

  /// What the values at ``points(around:)`` say; where one of a pair is not finite the other decides, and
  /// where both are not, the coordinate is taken for flat. A curvature that rounding hides is 0.
  public func sample(around point: [Double], values: [Double]) -> QuasiNewton.Sample {
    let value = values.first ?? .nan
    var (gradient, curvature) = (point, point)
    for i in point.indices {
      let (above, below) = (values[2 * i + 1], values[2 * i + 2])
      // What was added is seldom what was meant to be, for rounding.
      let up = (point[i] + steps[i]) - point[i]
      let down = point[i] - (point[i] - steps[i])
      switch (above.isFinite, below.isFinite) {
      case (true, true):
        gradient[i] = (above - below) / (up + down)
        curvature[i] = 2 * ((above - value) / up + (below - value) / down) / (up + down)
        if abs(curvature[i]) * up * down < 16 * value.ulp { curvature[i] = 0 }
      case (true, false): (gradient[i], curvature[i]) = ((above - value) / up, 0)
      case (false, true): (gradient[i], curvature[i]) = ((value - below) / down, 0)
      case (false, false): (gradient[i], curvature[i]) = (0, 0)
      }
    }
    return QuasiNewton.Sample(value: value, gradient: gradient, curvature: curvature)
  }

  /// Fits the steps to the curvature at a point.
  ///
  /// - Parameter most: The largest step of each coordinate.
  public mutating func adapt(to sample: QuasiNewton.Sample, at point: [Double], most: [Double]) {
    for i in steps.indices {
      let bend = abs(sample.curvature[i])
      guard bend.isFinite else { continue }
      let fit = bend > 0 ? (max(1e-8, 1024 * sample.value.ulp) / bend).squareRoot() : 30 * steps[i]
      steps[i] = min(most[i], max(fit, 1024 * point[i].ulp))
    }
  }
}
