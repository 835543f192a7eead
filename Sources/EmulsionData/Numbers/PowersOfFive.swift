/// The leading 128 bits of the powers of five, and the doubles they lead to.
///
/// Source: D. Lemire, Number parsing at a gigabyte per second, 2021, algorithm 1.
struct PowersOfFive: Sendable {
  /// The one table, made when first a number needs it.
  static let shared = PowersOfFive()

  /// Powers outside of this range lead to 0 or to infinity for every significand of 64 bits.
  static let range = -342...308

  /// The double nearest to `significand · 10^power`, ties to even.
  @inline(__always)
  func nearest(_ significand: UInt64, by power: Int) -> Double {
    if significand == 0 || power < Self.range.lowerBound { return 0 }
    if power > Self.range.upperBound { return .infinity }
    let zeros = significand.leadingZeroBitCount
    let normalized = significand &<< UInt64(truncatingIfNeeded: zeros)
    let entry = table[power &- Self.range.lowerBound]
    var (high, low) = normalized.multipliedFullWidth(by: entry.high)
    if high & 0x1FF == 0x1FF {
      // Only now can the second half of the power carry into the bits that are kept.
      let second = normalized.multipliedFullWidth(by: entry.low).high
      let (sum, carry) = low.addingReportingOverflow(second)
      low = sum
      if carry { high &+= 1 }
    }
    let upper = Int(truncatingIfNeeded: high &>> 63)
    let shift = UInt64(truncatingIfNeeded: upper &+ 9)
    var mantissa = high &>> shift
    let exponent = Self.binaryExponent(power) &+ upper &- zeros &+ 1023
    if exponent <= 0 { return Self.subnormal(mantissa, exponent) }
    if low <= 1 && power >= -4 && power <= 23 && mantissa & 3 == 1 && mantissa &<< shift == high {
      mantissa &= ~1  // exactly half way: to even
    }
    mantissa = (mantissa &+ (mantissa & 1)) &>> 1
    // The leading bit, and a carry beyond it, add to the exponent.
    let bits = mantissa &+ UInt64(truncatingIfNeeded: exponent &- 1) &<< 52
    return bits < Double.infinity.bitPattern ? Double(bitPattern: bits) : .infinity
  }

  private static func subnormal(_ mantissa: UInt64, _ exponent: Int) -> Double {
    let excess = 1 - exponent
    if excess >= 64 { return 0 }
    var mantissa = mantissa >> UInt64(excess)
    mantissa = (mantissa + (mantissa & 1)) >> 1
    // A carry into bit 52 makes the smallest normal number, whose bits these then are.
    return Double(bitPattern: mantissa)
  }

  /// ⌊log₂ 10^power⌋ + 63: the exponent of the normalized product.
  @inline(__always)
  private static func binaryExponent(_ power: Int) -> Int { (217_706 &* power) &>> 16 &+ 63 }

  /// One power's leading 128 bits, the first of them set.
  private struct Leading {
    var high: UInt64
    var low: UInt64
  }

  private let table: [Leading]

  /// Works them out by exact arithmetic.
  private init() {
    var power = WideInteger(1)
    var powers = [power]
    for _ in 0..<(-Self.range.lowerBound) {
      power.multiply(by: 5)
      powers.append(power)
    }
    table = Self.range.map { exponent in
      if exponent >= 0 {
        let bits = powers[exponent].leadingBits
        return Leading(high: bits.high, low: bits.low)
      }
      var (high, low) = powers[-exponent].reciprocalBits
      // Up to 5^27 the significand may divide by the power, and only from above comes out exact.
      if exponent >= -27 {
        low &+= 1
        if low == 0 { high &+= 1 }
      }
      return Leading(high: high, low: low)
    }
  }
}
