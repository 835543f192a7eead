import Emulsion

/// A Gaussian mixture with what turns its log-densities into those of Student's t.
struct StudentTMixture: PreparedMixture {
  /// ln t = peak + normaliser − (ν + d)/2·ln(1 + δ/ν), with δ = 2(peak − ln N).
  struct Tail: Sendable {
    /// ln N at the mean.
    var peak: Double
    /// ln Γ((ν + d)/2) − ln Γ(ν/2) − d/2·ln(ν/2).
    var normaliser: Double
    /// ν.
    var degrees: Double
    /// d.
    var dimension: Double
    /// E ln u − ln u = ψ((ν + d)/2) − ln((ν + d)/2).
    var logWeightShift: Double
  }

  let gaussian: any PreparedMixture<FeatureSums>
  let tails: [Tail]
  let features: Int

  init(_ family: StudentTFamily, _ components: [StudentTComponent]) throws {
    let d = Double(family.dimension)
    gaussian = try family.gaussian.prepare(components.map(\.gaussian))
    features = family.gaussian.featureCount
    tails = try components.map {
      let half = $0.degreesOfFreedom / 2
      let whole = half + d / 2
      return Tail(
        peak: try family.gaussian.peakLogDensity(of: $0.gaussian),
        normaliser: SpecialFunctions.logGammaRatio(half, plus: d / 2) - d / 2
          * Elementary.log(half),
        degrees: $0.degreesOfFreedom, dimension: d,
        logWeightShift: whole.isFinite
          ? SpecialFunctions.digamma(whole) - Elementary.log(whole) : 0)
    }
  }

  func makeWorker(lanes: Int) -> any BlockWorker<StudentTSums> {
    StudentTWorker(self, lanes: lanes)
  }
}

/// One thread's Gaussian worker, latent weights and sums.
private final class StudentTWorker: BlockWorker {
  private let mixture: StudentTMixture
  private let gaussian: any BlockWorker<FeatureSums>
  /// ln N of the block, later r·u.
  private var normal: Joint
  /// u, and scratch for arguments and logarithms.
  private var weights: LaneMatrix
  private var stretched: LaneMatrix
  private var logarithms: LaneMatrix
  private var counts: [Double]
  private var masses: [Double]
  private var squares: [Double]
  private var logTerms: [Double]

  init(_ mixture: StudentTMixture, lanes: Int) {
    let k = mixture.tails.count
    self.mixture = mixture
    gaussian = mixture.gaussian.makeWorker(lanes: lanes)
    normal = Joint(components: k, lanes: lanes)
    weights = LaneMatrix(rows: k, lanes: lanes)
    stretched = LaneMatrix(rows: 1, lanes: lanes)
    logarithms = LaneMatrix(rows: 1, lanes: lanes)
    masses = Array(repeating: 0, count: k)
    counts = masses
    squares = masses
    logTerms = masses
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    let rows = block.rows
    for k in mixture.tails.indices {
      var lanes = normal[component: k]
      for i in lanes.indices { lanes[i] = 0 }
    }
    try gaussian.addLogDensities(of: block, to: &normal)
    let far = try farLogarithms(of: block)
    for (k, tail) in mixture.tails.enumerated() {
      guard tail.degrees.isFinite else {
        Self.addGaussian(k, normal, rows, to: &joint, &weights)
        continue
      }
      Self.stretch(k, tail, normal, rows, &stretched, &weights)
      Lanes.log(stretched.lanes(0, rows), into: &logarithms, row: 0)
      for (i, values) in far {
        var own = logarithms[row: 0]
        own[i] = values[k]
        var latent = weights[row: k]
        latent[i] = 0
      }
      let half = (tail.degrees + tail.dimension) / 2
      let constant = tail.peak + tail.normaliser
      let logs = logarithms.lanes(0, rows)
      var lanes = joint[component: k]
      for i in logs.indices { lanes[i] += constant - half * logs[i] }
    }
  }

  /// ln(δ/ν) under every component of the rows whose squares leave the doubles.
  private func farLogarithms(of block: borrowing Block) throws -> [(row: Int, values: [Double])] {
    let rows = block.rows
    var isFar = Array(repeating: false, count: rows)
    for k in mixture.tails.indices {
      let values = normal.lanes(k, rows)
      for i in 0..<rows where !values[i].isFinite { isFar[i] = true }
    }
    guard isFar.contains(true) else { return [] }
    let near = NearerRow(mixture, columns: block.columns)
    var result: [(row: Int, values: [Double])] = []
    for i in 0..<rows where isFar[i] {
      result.append((row: i, values: try near.logDistances(of: block, row: i)))
    }
    return result
  }

  /// Without degrees of freedom: ln N, and weights of 1.
  private static func addGaussian(
    _ k: Int, _ normal: borrowing Joint, _ rows: Int, to joint: inout Joint,
    _ weights: inout LaneMatrix
  ) {
    let values = normal.lanes(k, rows)
    var lanes = joint[component: k]
    for i in values.indices { lanes[i] += values[i] }
    var ones = weights[row: k]
    for i in 0..<rows { ones[i] = 1 }
  }

  /// Writes u and 1 + δ/ν.
  private static func stretch(
    _ k: Int, _ tail: StudentTMixture.Tail, _ normal: borrowing Joint, _ rows: Int,
    _ stretched: inout LaneMatrix, _ weights: inout LaneMatrix
  ) {
    let values = normal.lanes(k, rows)
    var ratios = stretched[row: 0]
    var latent = weights[row: k]
    let numerator = (tail.degrees + tail.dimension) / tail.degrees
    for i in values.indices {
      let distance = max(0, 2 * (tail.peak - values[i]))
      let ratio = 1 + distance / tail.degrees
      ratios[i] = ratio
      latent[i] = numerator / ratio
    }
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    let rows = block.rows
    for (k, tail) in mixture.tails.enumerated() {
      let (r, u) = (responsibilities.lanes(k, rows), weights.lanes(k, rows))
      Lanes.log(u, into: &logarithms, row: 0)
      let logs = logarithms.lanes(0, rows)
      var scaled = normal[component: k]
      var (count, mass, square, term) = (0.0, 0.0, 0.0, 0.0)
      for i in r.indices {
        let weight = r[i] * u[i]
        scaled[i] = weight
        count += r[i]
        mass += weight
        square += weight * u[i]
        term += r[i] * (logs[i] + tail.logWeightShift - u[i])
      }
      // The product reads whole vectors of lanes.
      for i in rows..<max(rows, min(scaled.count, (rows + 7) & ~7)) { scaled[i] = 0 }
      counts[k] += count
      masses[k] += mass
      squares[k] += square
      logTerms[k] += term
    }
    try gaussian.accumulate(block, responsibilities: normal)
  }

  func takeStatistics() -> StudentTSums {
    defer {
      masses = masses.map { _ in 0 }
      counts = masses
      squares = masses
      logTerms = masses
    }
    let profiles = mixture.tails.enumerated().map { k, tail in
      DegreesProfile(
        degrees: tail.degrees, dimension: tail.dimension, count: counts[k], mass: masses[k],
        squares: squares[k], logTerms: logTerms[k])
    }
    return StudentTSums(
      gaussian: gaussian.takeStatistics(), masses: masses, logTerms: logTerms, profiles: profiles)
  }
}
