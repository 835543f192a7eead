/// Maximisation by limited-memory BFGS, step by step: whoever owns it evaluates ``trial`` and tells what
/// it found there, so that many maximisations can share one pass over data.
///
/// The direction is the two-loop recursion (Nocedal 1980; Nocedal & Wright 2006, algorithm 7.4) from the
/// inverse of the curvatures told, which makes it independent of the units of each coordinate; steps are
/// halved, or shortened by a parabola, until they gain (Armijo's rule).
public struct QuasiNewton: Sendable {
  /// Where the function is to be evaluated next; once settled, the best point.
  public private(set) var trial: [Double]
  /// Whether no step is expected to gain more than the tolerance.
  public private(set) var isSettled = false
  /// The largest value told, at ``best``.
  public private(set) var value = -Double.infinity
  /// The best point so far.
  public private(set) var best: [Double]

  /// What a function is like at a point.
  public struct Sample: Sendable {
    /// Its value.
    public var value: Double
    /// Its first derivatives.
    public var gradient: [Double]
    /// Its second derivatives, each along one coordinate.
    public var curvature: [Double]

    /// Makes a sample.
    public init(value: Double, gradient: [Double], curvature: [Double]) {
      self.value = value
      self.gradient = gradient
      self.curvature = curvature
    }
  }

  private let tolerance: Double
  private var gradient: [Double] = []
  private var curvature: [Double] = []
  private var direction: [Double] = []
  /// g·d, what a full step would gain were the function linear.
  private var slope = 0.0
  private var step = 1.0
  private var pairs: [(s: [Double], y: [Double])] = []
  private static let memory = 8

  /// Begins at a point.
  ///
  /// - Parameter tolerance: A gain that is not worth a further step.
  public init(at start: [Double], tolerance: Double) {
    (trial, best, self.tolerance) = (start, start, tolerance)
  }

  /// Learns what the function is like at ``trial``. O(n × memory).
  ///
  /// A value that is not finite ends in a shorter step; at the start it settles the matter.
  public mutating func tell(_ sample: Sample) {
    guard !isSettled else { return }
    if gradient.isEmpty {
      guard sample.value.isFinite else { return settle() }
    } else {
      guard sample.value >= value + 1e-4 * step * slope else { return shorten(sample.value) }
      let s = zip(trial, best).map { $0 - $1 }
      let y = zip(gradient, sample.gradient).map { $0 - $1 }
      if dot(s, y) > 1e-12 * (dot(s, s) * dot(y, y)).squareRoot() {
        pairs.append((s, y))
        if pairs.count > Self.memory { pairs.removeFirst() }
      }
    }
    (best, value, gradient) = (trial, sample.value, sample.gradient)
    curvature = sample.curvature
    aim()
  }

  /// Chooses the direction of the next step.
  private mutating func aim() {
    direction = ascent()
    slope = dot(gradient, direction)
    if !(slope > 0) {
      pairs = []
      direction = scaled(gradient)
      slope = dot(gradient, direction)
    }
    // Half of the slope is what a parabola would gain; rounding hides less than a few ulps.
    guard slope > 2 * max(tolerance, 4 * value.ulp), slope.isFinite else { return settle() }
    step = 1
    advance()
  }

  private mutating func shorten(_ found: Double) {
    // The parabola through the value and slope at hand and the value found.
    let fall = step * slope - (found - value)
    let best = found.isFinite && fall > 0 ? step * step * slope / (2 * fall) : 0
    step = min(0.5 * step, max(0.1 * step, best))
    guard step * slope > max(tolerance, 4 * value.ulp) else { return settle() }
    advance()
  }

  private mutating func advance() {
    trial = zip(best, direction).map { $0 + step * $1 }
    if trial == best { settle() }
  }

  private mutating func settle() {
    isSettled = true
    trial = best
  }

  /// The two-loop recursion.
  private func ascent() -> [Double] {
    var q = gradient
    var factors: [Double] = []
    for (s, y) in pairs.reversed() {
      let factor = dot(s, q) / dot(s, y)
      factors.append(factor)
      q = zip(q, y).map { $0 - factor * $1 }
    }
    var d = scaled(q)
    for ((s, y), factor) in zip(pairs, factors.reversed()) {
      let change = factor - dot(y, d) / dot(s, y)
      d = zip(d, s).map { $0 + change * $1 }
    }
    return d
  }

  /// Each coordinate in the units that its curvature gives it.
  private func scaled(_ q: [Double]) -> [Double] {
    zip(q, curvature).map { value, bend in
      let size = abs(bend)
      return size > 1e-300 && size.isFinite ? value / size : value
    }
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
