/// One orthogonal D for all components: the minimum of F(u) with uₖ = Σⱼ ln rₖⱼ, rₖⱼ = (DᵀWₖD)ⱼⱼ and F
/// what the volumes make of it.
///
/// D is improved in the plane of two axes at a time (Flury & Gautschi 1986): by a Newton step for
/// the angle where that lowers F, else by the step of Browne & McNicholas (2014, section 3), which
/// always does: F is concave in r, so that it falls when its tangent Σₖⱼ cₖ/rₖⱼ · (DᵀWₖD)ⱼⱼ does, and
/// the best rotation for that is an eigenvector of order two.
///
/// Sweeps gain a hundredth of the last one each where components have axes in common, and go on to the
/// minimum. Where they have not, as in components of too few rows, each gains most of what the last one
/// has: after two such sweeps in a row the M step ends lower than it began, and the next goes on.
struct CommonAxes<Volumes: VolumeRule> {
  /// What a sweep must gain for another one, a row: axes err by the root of what is left, and later
  /// log-likelihoods with them.
  private static var precision: Double { 1e-11 }
  /// Gains that are a larger share of the last one fall slowly.
  private static var slowest: Double { 0.5 }

  private var volumes: Volumes
  private let dimension: Int
  private let components: Int
  /// D, one axis a row.
  private var axes: [Double]
  /// DᵀWₖD: the upper triangle, packed by rows, and for each element the K components side by side.
  private var rotated: [Double]
  /// The slopes, then the changes, of u in one plane.
  private var changes: [Double]

  private init(_ axes: Matrix, _ scatters: [Scatter], _ volumes: Volumes) {
    self.volumes = volumes
    self.axes = axes.values
    (dimension, components) = (axes.rows, scatters.count)
    changes = .zeros(components)
    rotated = Self.turned(scatters, by: axes)
  }

  /// DᵀWₖD of all components, as they are kept.
  private static func turned(_ scatters: [Scatter], by axes: Matrix) -> [Double] {
    let (d, n) = (axes.rows, scatters.count)
    var rotated = [Double].zeros(n * ScatterForm.full.count(d))
    var half = [Double].zeros(d * d)
    let axes = axes.values.span
    for k in 0..<n {
      let values = scatters[k].values
      let source = values.span
      var product = half.mutableSpan
      for i in product.indices { product[i] = 0 }
      // Row b becomes that of DᵀW.
      var index = 0
      for p in 0..<d {
        for q in p..<d {
          let value = source[index]
          index += 1
          for b in 0..<d { product[b * d + p] += value * axes[b * d + q] }
          guard q > p else { continue }
          for b in 0..<d { product[b * d + q] += value * axes[b * d + p] }
        }
      }
      var result = rotated.mutableSpan
      index = k
      for a in 0..<d {
        for b in a..<d {
          var sum = 0.0
          for q in 0..<d { sum += axes[a * d + q] * product[b * d + q] }
          result[index] = sum
          index += n
        }
      }
    }
    return rotated
  }

  /// The covariances D·diag(rₖⱼ/cₖ)·Dᵀ.
  ///
  /// D starts from that of `previous` or, where these are spheres, from the pooled scatter's: hence an
  /// M step is never below the parameters that it comes from. O(K·d³) a sweep.
  static func covariances(of scatters: [Scatter], previous: [Scatter], volumes: Volumes)
    -> [Scatter]
  {
    let start = (PrincipalAxes(sharedBy: previous) ?? PrincipalAxes(Scatter.sum(scatters))).axes
    var common = CommonAxes(start, scatters, volumes)
    common.improve()
    return common.covariances
  }

  /// uₖ.
  private var logSizes: [Double] {
    (0..<components).map { k in
      (0..<dimension).reduce(0) { $0 + naturalLog(rotated[place($1, $1) + k]) }
    }
  }

  private var covariances: [Scatter] {
    let axes = Matrix(rows: dimension, columns: dimension, values: axes)
    return (0..<components).map { k in
      Scatter(
        axes: axes,
        variances: (0..<dimension).map { rotated[place($0, $0) + k] / volumes.counts[k] })
    }
  }

  /// Where the elements (a, b), a ≤ b, of all components begin.
  private func place(_ a: Int, _ b: Int) -> Int { Scatter.packed(a, b, dimension) * components }

  /// Sweeps over all planes; none where a scatter is singular, so that F is −∞ already.
  private mutating func improve() {
    let start = logSizes
    volumes.begin(at: start)
    guard start.allSatisfy(\.isFinite) else { return }
    var (last, slow) = (Double.infinity, 0)
    while slow < 2 {
      let gain = sweep()
      guard gain > Self.precision * volumes.total else { break }
      slow = gain < Self.slowest * last ? 0 : slow + 1
      last = gain
    }
    volumes.begin(at: logSizes)
  }

  /// Improves D in the plane of every two axes, and says by how much F fell.
  private mutating func sweep() -> Double {
    var gain = 0.0
    for j in 0..<dimension {
      for l in j + 1..<max(dimension, j + 1) {
        guard let (rotation, change) = step(j, l) else { continue }
        gain -= change
        volumes.move(by: changes)
        rotate(j, l, rotation)
      }
    }
    return gain
  }

  /// The rotation in one plane, with the change of F; `nil` where nothing is to be gained.
  private mutating func step(_ j: Int, _ l: Int) -> (rotation: Rotation, change: Double)? {
    // What is less than rounding would turn axes that are of no consequence at random.
    let least = 1e-15 * volumes.total
    let (first, second) = derivatives(j, l)
    if second > 0 && first.magnitude < second {
      // What is gained is about F′²/2F″.
      guard first * first > 2 * least * second else { return nil }
      if let rotation = Rotation(x: 1, y: -first / second) {
        let change = change(j, l, rotation)
        if change < -least { return (rotation, change) }
      }
    }
    guard let rotation = tangent(j, l) else { return nil }
    let change = change(j, l, rotation)
    return change < -least ? (rotation, change) : nil
  }

  /// F′ and F″ for the angle at 0.
  private mutating func derivatives(_ j: Int, _ l: Int) -> (first: Double, second: Double) {
    let (jj, jl, ll) = (place(j, j), place(j, l), place(l, l))
    var (first, second) = (0.0, 0.0)
    for k in 0..<components {
      let (x, between, y) = (rotated[jj + k], rotated[jl + k], rotated[ll + k])
      let (a, b) = (1 / x, 1 / y)
      let slope = 2 * between * (a - b)
      changes[k] = slope
      first += volumes.counts[k] * slope
      second +=
        volumes.counts[k]
        * (2 * (y * a + x * b - 2) - 4 * between * between * (a * a + b * b))
    }
    return (first, second + volumes.curvature(changes))
  }

  /// What the rotation adds to F; that to each uₖ = ln rⱼ + ln rₗ + … is left in `changes`.
  private mutating func change(_ j: Int, _ l: Int, _ rotation: Rotation) -> Double {
    let (jj, jl, ll) = (place(j, j), place(j, l), place(l, l))
    let (c, s) = (rotation.cosine, rotation.sine)
    for k in 0..<components {
      let (x, between, y) = (rotated[jj + k], rotated[jl + k], rotated[ll + k])
      let along = c * c * x + 2 * c * s * between + s * s * y
      let across = c * c * y - 2 * c * s * between + s * s * x
      changes[k] = naturalLog(along / x * (across / y))
    }
    return volumes.change(changes)
  }

  /// Towards the axis v in the plane with the smallest vᵀMv, M = Σₖ cₖ (1/rₖⱼ − 1/rₖₗ) Wₖ.
  private func tangent(_ j: Int, _ l: Int) -> Rotation? {
    let (jj, jl, ll) = (place(j, j), place(j, l), place(l, l))
    var (half, between) = (0.0, 0.0)
    for k in 0..<components {
      let (x, y) = (rotated[jj + k], rotated[ll + k])
      let weight = volumes.counts[k] / x - volumes.counts[k] / y
      half += weight * (y - x) / 2
      between += weight * rotated[jl + k]
    }
    // The eigenvector of the smaller eigenvalue, without cancellation.
    let root = (half * half + between * between).squareRoot()
    if half >= 0 { return Rotation(x: root + half, y: -between) }
    return Rotation(x: between.magnitude, y: between < 0 ? root - half : half - root)
  }

  /// Turns axes j < l within their plane.
  private mutating func rotate(_ j: Int, _ l: Int, _ rotation: Rotation) {
    let (d, n) = (dimension, components)
    var span = axes.mutableSpan
    rotation.turn(&span, j * d, l * d, count: d)
    let (jj, jl, ll) = (place(j, j), place(j, l), place(l, l))
    let (c, s) = (rotation.cosine, rotation.sine)
    span = rotated.mutableSpan
    for k in 0..<n {
      let (x, between, y) = (span[jj + k], span[jl + k], span[ll + k])
      span[jj + k] = c * c * x + 2 * c * s * between + s * s * y
      span[ll + k] = c * c * y - 2 * c * s * between + s * s * x
      span[jl + k] = c * s * (y - x) + (c * c - s * s) * between
    }
    func place(_ a: Int, _ b: Int) -> Int { Scatter.packed(a, b, d) * n }
    for q in 0..<j { rotation.turn(&span, place(q, j), place(q, l), count: n) }
    for q in j + 1..<l { rotation.turn(&span, place(j, q), place(q, l), count: n) }
    rotation.turn(&span, jl + n, ll + n, count: (d - l - 1) * n)
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

  /// Turns the coordinates that stand from `a` and from `b` on.
  @inline(__always)
  func turn(_ values: inout MutableSpan<Double>, _ a: Int, _ b: Int, count: Int) {
    for i in 0..<count {
      let (x, y) = (values[a + i], values[b + i])
      values[a + i] = cosine * x + sine * y
      values[b + i] = cosine * y - sine * x
    }
  }
}
