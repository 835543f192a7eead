/// One orthogonal D for all components: the minimum of F(u) with uₖ = Σⱼ ln rₖⱼ, rₖⱼ = (DᵀWₖD)ⱼⱼ and F
/// what the volumes make of it.
///
/// D is improved in the plane of two axes at a time (Flury & Gautschi 1986): by a Newton step for
/// the angle where that lowers F, else by the step of Browne & McNicholas (2014, section 3), which
/// always does: F is concave in r, so that it falls when its tangent Σₖⱼ cₖ/rₖⱼ · (DᵀWₖD)ⱼⱼ does, and
/// the best rotation for that is an eigenvector of order two.
///
/// Sweeps end when one gains next to nothing, or at a limit: where the components have no axes in
/// common they converge slowly, and the next M step, which starts from here, goes on as well.
struct CommonAxes<Volumes: VolumeRule> {
  private static var rotationLimit: Int { 600 }

  private let volumes: Volumes
  /// D, one axis a row.
  private var axes: Matrix
  /// DᵀWₖD, one after another, d × d each.
  private var rotated: [Double]
  /// uₖ.
  private var logSizes: [Double] = []
  private let components: Int
  private var dimension: Int { axes.rows }

  private init(_ axes: Matrix, _ scatters: [Scatter], _ volumes: Volumes) {
    (self.axes, self.volumes) = (axes, volumes)
    components = scatters.count
    rotated = scatters.flatMap { $0.congruent(axes).values }
    logSizes = (0..<components).map { variances($0).reduce(0) { $0 + naturalLog($1) } }
  }

  /// rₖⱼ of component `k`.
  private func variances(_ k: Int) -> [Double] {
    (0..<dimension).map { rotated[(k * dimension + $0) * dimension + $0] }
  }

  /// The covariances D·diag(rₖⱼ/cₖ)·Dᵀ.
  ///
  /// D starts from that of `previous` or from the pooled scatter's, whichever is better: hence an M
  /// step is never below the parameters that it comes from. O(K·d³) a sweep.
  static func covariances(of scatters: [Scatter], previous: [Scatter], volumes: Volumes)
    -> [Scatter]
  {
    var common = CommonAxes(PrincipalAxes(Scatter.sum(scatters)).axes, scatters, volumes)
    let last = CommonAxes(sharedAxes(of: previous), scatters, volumes)
    let difference = zip(last.logSizes, common.logSizes).map { $0 - $1 }
    if volumes.change(counts: volumes.counts(common.logSizes), difference) <= 0 { common = last }
    var gained = 0.0
    let pairs = max(1, common.dimension * (common.dimension - 1) / 2)
    for _ in 0..<max(5, rotationLimit / pairs) {
      let gain = common.sweep()
      gained += gain
      guard gain > max(1e-9 * gained, 1e-14 * volumes.total) else { break }
    }
    let counts = volumes.counts(common.logSizes)
    return scatters.indices.map { k in
      Scatter(axes: common.axes, variances: common.variances(k).map { $0 / counts[k] })
    }
  }

  /// The axes that covariances share: those of a sum of all, each with a factor of its own, so that
  /// axes of equal length in one are told apart by another.
  private static func sharedAxes(of covariances: [Scatter]) -> Matrix {
    PrincipalAxes(
      Scatter.sum(
        covariances.enumerated().map { k, covariance in
          covariance.divided(by: covariance.trace / Double(k + 1))
        })
    ).axes
  }

  /// Improves D in the plane of every two axes, and says by how much F fell.
  private mutating func sweep() -> Double {
    var gain = 0.0
    var planes = [Plane](repeating: Plane(jj: 0, jl: 0, ll: 0), count: components)
    var changes = [Double](repeating: 0, count: components)
    var counts = volumes.counts(logSizes)
    for j in 0..<dimension {
      for l in j + 1..<max(dimension, j + 1) {
        for k in 0..<components { planes[k] = plane(k, j, l) }
        guard let (rotation, change) = step(planes, counts, &changes) else { continue }
        gain -= change
        for k in 0..<components { logSizes[k] += changes[k] }
        counts = volumes.counts(logSizes)
        rotate(j, l, rotation)
      }
    }
    return gain
  }

  private func plane(_ k: Int, _ j: Int, _ l: Int) -> Plane {
    let (d, start) = (dimension, k * dimension * dimension)
    return Plane(
      jj: rotated[start + j * d + j], jl: rotated[start + j * d + l],
      ll: rotated[start + l * d + l])
  }

  /// The rotation in one plane, with the changes of u and F; `nil` where nothing is to be gained.
  private func step(_ planes: [Plane], _ counts: [Double], _ changes: inout [Double])
    -> (rotation: Rotation, change: Double)?
  {
    for isNewton in [true, false] {
      guard let rotation = isNewton ? newton(planes, counts, &changes) : tangent(planes, counts)
      else { continue }
      for k in 0..<components { changes[k] = planes[k].change(rotation) }
      let change = volumes.change(counts: counts, changes)
      // What is less than rounding would turn axes that are of no consequence at random.
      if change < -1e-15 * volumes.total { return (rotation, change) }
    }
    return nil
  }

  /// Newton's step for the angle, from F′ and F″ at 0; `slopes` is room for those of u.
  private func newton(_ planes: [Plane], _ counts: [Double], _ slopes: inout [Double]) -> Rotation?
  {
    for k in 0..<components {
      slopes[k] = 2 * planes[k].jl * (1 / planes[k].jj - 1 / planes[k].ll)
    }
    var (first, second) = (0.0, volumes.curvature(counts: counts, slopes))
    for k in 0..<components {
      let (plane, slope) = (planes[k], slopes[k])
      first += counts[k] * slope
      let (a, b) = (plane.jl / plane.jj, plane.jl / plane.ll)
      second +=
        counts[k] * (2 * (plane.ll / plane.jj + plane.jj / plane.ll - 2) - 4 * (a * a + b * b))
    }
    guard second > 0, abs(first) < second else { return nil }
    return Rotation(x: 1, y: -first / second)
  }

  /// The axis v in the plane with the smallest vᵀMv, M = Σₖ cₖ (1/rₖⱼ − 1/rₖₗ) Wₖ.
  private func tangent(_ planes: [Plane], _ counts: [Double]) -> Rotation? {
    var m = Plane(jj: 0, jl: 0, ll: 0)
    for (plane, count) in zip(planes, counts) {
      let weight = count / plane.jj - count / plane.ll
      m.jj += weight * plane.jj
      m.jl += weight * plane.jl
      m.ll += weight * plane.ll
    }
    // The eigenvector of the smaller eigenvalue, without cancellation.
    let half = (m.ll - m.jj) / 2
    let root = (half * half + m.jl * m.jl).squareRoot()
    if half >= 0 { return Rotation(x: root + half, y: -m.jl) }
    return Rotation(x: abs(m.jl), y: m.jl < 0 ? root - half : half - root)
  }

  /// Turns axes j and l within their plane.
  private mutating func rotate(_ j: Int, _ l: Int, _ rotation: Rotation) {
    let (d, count) = (dimension, rotated.count)
    var span = axes.values.mutableSpan
    for q in 0..<d { rotation.turn(&span, j * d + q, l * d + q) }
    span = rotated.mutableSpan
    for start in stride(from: 0, to: count, by: d * d) {
      for q in 0..<d { rotation.turn(&span, start + j * d + q, start + l * d + q) }
      for q in 0..<d { rotation.turn(&span, start + q * d + j, start + q * d + l) }
    }
  }
}

/// A rotation in a plane.
private struct Rotation {
  let cosine: Double
  let sine: Double

  /// Towards (x, y); `nil` for the origin.
  init?(x: Double, y: Double) {
    let length = (x * x + y * y).squareRoot()
    guard length > 0 else { return nil }
    (cosine, sine) = (x / length, y / length)
  }

  /// Turns two coordinates.
  @inline(__always)
  func turn(_ values: inout MutableSpan<Double>, _ a: Int, _ b: Int) {
    let (x, y) = (values[a], values[b])
    values[a] = cosine * x + sine * y
    values[b] = cosine * y - sine * x
  }
}

/// A scatter in the plane of axes j and l.
private struct Plane {
  var jj: Double
  var jl: Double
  var ll: Double

  /// What the rotation adds to ln rⱼ + ln rₗ.
  func change(_ rotation: Rotation) -> Double {
    let (c, s) = (rotation.cosine, rotation.sine)
    let along = c * c * jj + 2 * c * s * jl + s * s * ll
    let across = c * c * ll - 2 * c * s * jl + s * s * jj
    return naturalLog(along / jj * (across / ll))
  }
}
