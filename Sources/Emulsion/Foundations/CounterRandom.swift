/// What random numbers are drawn for; each purpose has a stream of its own.
enum RandomPurpose: UInt64 {
  case seeding = 1
  case starts
  case sampling
  case sampleLabels
  case script
  case swaps
  case noise
  case folds
  case assignments
  case imputation
  case loadings
  case deals
}

/// A counter-based generator: a value whose n-th number is a function of its key and n alone.
///
/// Streams are keyed by (seed, restart, purpose, row), so that what is drawn does not depend on
/// threads, on the order of work, or on what else was drawn. Each number is the SplitMix64
/// finaliser (Steele, Lea & Flood 2014) applied twice to the keyed counter.
public struct CounterRandom: RandomNumberGenerator, Sendable {
  private let key: UInt64
  private var counter: UInt64 = 0
  private var spareNormal: Double?

  /// Makes the stream of `seed` and `stream`; distinct streams of one seed are independent.
  public init(seed: UInt64, stream: UInt64 = 0) {
    key = Self.mix(Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15) ^ (stream &* 0xD1B5_4A32_D192_ED03))
  }

  init(seed: UInt64, restart: Int = 0, purpose: RandomPurpose, row: Int = 0) {
    let stream = Self.mix(UInt64(truncatingIfNeeded: restart) &+ purpose.rawValue << 40)
    self.init(seed: seed, stream: stream ^ UInt64(truncatingIfNeeded: row))
  }

  /// The key of a stream whose numbers are drawn by whole blocks.
  static func key(seed: UInt64, purpose: RandomPurpose) -> UInt64 {
    var random = CounterRandom(seed: seed, purpose: purpose)
    return random.next()
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    counter &+= 1
    return Self.mix(Self.mix(key ^ counter &* 0x9E37_79B9_7F4A_7C15) &+ key)
  }

  /// A number in [0, 1), a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A place drawn by its share; one behind the last where the shares sum to less than 1 and none of them is hit.
  mutating func place(among shares: some Sequence<Double>) -> Int {
    var (left, place) = (uniform(), 0)
    for share in shares {
      if left < share { break }
      left -= share
      place += 1
    }
    return place
  }

  /// A standard normal number, by the polar method (Marsaglia & Bray 1964).
  public mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    while true {
      let (u, v) = (2 * uniform() - 1, 2 * uniform() - 1)
      let s = u * u + v * v
      guard s > 0 && s < 1 else { continue }
      let factor = (-2 * naturalLog(s) / s).squareRoot()
      spareNormal = v * factor
      return u * factor
    }
  }

  /// A number from the gamma distribution of given shape and scale 1, by rejection (Marsaglia & Tsang
  /// 2000).
  public mutating func gamma(shape: Double) -> Double {
    guard shape >= 1 else {
      let boost = exponential(naturalLog(1 - uniform()) / shape)
      return gamma(shape: shape + 1) * boost
    }
    let d = shape - 1 / 3.0
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      let u = 1 - uniform()
      if naturalLog(u) < 0.5 * x * x + d - d * v + d * naturalLog(v) { return d * v }
    }
  }

  /// An index drawn with probability proportional to `weights`, which are ≥ 0 and not all 0.
  public mutating func index(weights: [Double]) -> Int {
    var remaining = uniform() * weights.reduce(0, +)
    for (i, weight) in weights.enumerated() where weight > 0 {
      remaining -= weight
      if remaining < 0 { return i }
    }
    return weights.lastIndex { $0 > 0 } ?? 0
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
