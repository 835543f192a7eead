/// A non-negative integer of up to 832 bits: enough for the powers of five up to 5^342, doubled.
struct WideInteger {
  /// Least significant word first.
  private var words = [UInt64](repeating: 0, count: 13)

  init(_ value: UInt64) { words[0] = value }

  /// Multiplies in place; the product must fit.
  mutating func multiply(by factor: UInt64) {
    var carry: UInt64 = 0
    for i in words.indices {
      let product = words[i].multipliedFullWidth(by: factor)
      let (sum, overflow) = product.low.addingReportingOverflow(carry)
      words[i] = sum
      carry = product.high &+ (overflow ? 1 : 0)
    }
  }

  /// Number of bits up to the highest that is set.
  private var bitWidth: Int {
    guard let top = words.lastIndex(where: { $0 != 0 }) else { return 0 }
    return top * 64 + 64 - words[top].leadingZeroBitCount
  }

  /// The 64 bits from `position` up; positions below 0 hold zeros.
  private func word(at position: Int) -> UInt64 {
    let index = position >> 6
    let shift = UInt64(position & 63)
    let low = words.indices.contains(index) ? words[index] : 0
    if shift == 0 { return low }
    let high = words.indices.contains(index + 1) ? words[index + 1] : 0
    return low >> shift | high << (64 - shift)
  }

  /// The 128 bits from the highest that is set down, cut off below.
  var leadingBits: (high: UInt64, low: UInt64) {
    (word(at: bitWidth - 64), word(at: bitWidth - 128))
  }

  /// ⌊2^b / self⌋ with b such that the quotient has 128 bits.
  var reciprocalBits: (high: UInt64, low: UInt64) {
    var remainder = WideInteger(0)
    remainder.words[bitWidth >> 6] = 1 << UInt64(bitWidth & 63)
    var high: UInt64 = 0
    var low: UInt64 = 0
    for _ in 0..<128 {
      high = high << 1 | low >> 63
      low <<= 1
      if remainder.subtract(self) { low |= 1 }
      remainder.double()
    }
    return (high, low)
  }

  /// Subtracts in place where that leaves nothing negative; says whether it did.
  private mutating func subtract(_ other: WideInteger) -> Bool {
    for i in words.indices.reversed() where words[i] != other.words[i] {
      if words[i] < other.words[i] { return false }
      break
    }
    var borrow: UInt64 = 0
    for i in words.indices {
      let (partial, first) = words[i].subtractingReportingOverflow(other.words[i])
      let (difference, second) = partial.subtractingReportingOverflow(borrow)
      words[i] = difference
      borrow = first || second ? 1 : 0
    }
    return true
  }

  private mutating func double() {
    for i in words.indices.reversed() {
      words[i] = words[i] << 1 | (i > 0 ? words[i - 1] >> 63 : 0)
    }
  }
}
