/// Numbers of the common forms `-12.345` and `67`, eight bytes at a time.
///
/// What is longer, has an exponent or is no number at all is left to ``DecimalParser``. Combined with
/// eight "0" by an exclusive or, digits stand as what they are in the bytes of a word, and whether all
/// eight are digits, or which is not, takes a few operations.
///
/// Source: D. Lemire, Number parsing at a gigabyte per second, 2021, section 3 (eight digits by three
/// multiplications).
struct NumberWords {
  /// Bytes that must be readable from the start of a cell on.
  static let reach = 32

  private let powers = PowersOfFive.shared

  /// Reads the number in the cell at `start`, if there is one that `end` stands behind, and steps to
  /// this byte.
  ///
  /// - Parameter start: The cell, with ``reach`` bytes readable.
  @inline(__always)
  func number(at start: inout UnsafePointer<UInt8>, endingWith end: UInt8) -> Double? {
    let isNegative = start.pointee == UInt8(ascii: "-")
    let sign = isNegative ? 1 &<< 63 as UInt64 : 0
    let first = start + (isNegative ? 1 : 0)
    let head = word(first)
    let others = nonDigits(head)
    // The bits of the digits before a point, up to seven of them.
    let whole = UInt64(truncatingIfNeeded: others.trailingZeroBitCount) & 0x78
    if whole > 56 { return nil }
    let next = first[Int(truncatingIfNeeded: whole &>> 3)]
    if next == end {
      if whole == 0 { return nil }
      start = first + Int(truncatingIfNeeded: whole &>> 3)
      return signed(double(value(of: head, bits: whole)), sign)
    }
    guard next == UInt8(ascii: ".") else { return nil }
    let seven = withoutByte(at: whole, in: head)
    let rest = others & (others &- 1)
    if rest != 0 {
      // The cell ends in this word; one digit at least is needed beside the point.
      let used = UInt64(truncatingIfNeeded: rest.trailingZeroBitCount) & 0x78
      let last = first + Int(truncatingIfNeeded: used &>> 3)
      guard last.pointee == end, used > 8 else { return nil }
      start = last
      let decimals = Int(truncatingIfNeeded: (used &- whole) &>> 3) &- 1
      let significand = value(of: seven, bits: used &- 8)
      // Both are exact doubles, so their quotient is rounded once.
      return signed(double(significand) / powersOfTen(decimals), sign)
    }
    return long(&start, first, value(of: seven, bits: 56), whole, sign, endingWith: end)
  }

  /// The number in the cell at `start`, in quotes or not, or `NaN` where it is empty and so missing, if `end`
  /// stands behind it; and where this byte is.
  @inline(never)
  func value(
    at start: UnsafePointer<UInt8>, before end: UInt8, _ isEmptyMissing: Bool
  ) -> (value: Double, end: UnsafePointer<UInt8>)? {
    if start.pointee == end { return isEmptyMissing ? (.nan, start) : nil }
    var content = start
    guard start.pointee == DelimitedText.quote else {
      return number(at: &content, endingWith: end).map { ($0, content) }
    }
    content += 1
    guard let value = number(at: &content, endingWith: DelimitedText.quote), content[1] == end
    else { return nil }
    return (value, content + 1)
  }

  /// A number of eight bytes and more: seven digits and the point in the first eight, then digits.
  @inline(__always)
  private func long(
    _ start: inout UnsafePointer<UInt8>, _ first: UnsafePointer<UInt8>, _ seven: UInt64,
    _ whole: UInt64, _ sign: UInt64, endingWith end: UInt8
  ) -> Double? {
    let known = 7 &- Int(truncatingIfNeeded: whole &>> 3)
    let second = word(first + 8)
    let others = nonDigits(second)
    if others != 0 {
      let bits = UInt64(truncatingIfNeeded: others.trailingZeroBitCount) & 0x78
      let count = Int(truncatingIfNeeded: bits &>> 3)
      guard first[8 &+ count] == end else { return nil }
      start = first + (8 &+ count)
      let significand = seven &* wholePowersOfTen(count) &+ value(of: second, bits: bits)
      return signed(double(significand) / powersOfTen(known &+ count), sign)
    }
    let third = word(first + 16)
    let last = nonDigits(third)
    if last == 0 { return nil }
    let bits = UInt64(truncatingIfNeeded: last.trailingZeroBitCount) & 0x78
    let count = Int(truncatingIfNeeded: bits &>> 3)
    // Nineteen digits fit a word, and zeros in front do not count.
    guard first[16 &+ count] == end, seven < wholePowersOfTen(11 &- count) else { return nil }
    start = first + (16 &+ count)
    let fifteen = seven &* 100_000_000 &+ value(of: second, bits: 64)
    let significand = fifteen &* wholePowersOfTen(count) &+ value(of: third, bits: bits)
    return signed(powers.nearest(significand, by: 0 &- (known &+ 8 &+ count)), sign)
  }

  // MARK: Words

  /// Eight bytes, digits as what they stand for.
  @inline(__always)
  private func word(_ start: UnsafePointer<UInt8>) -> UInt64 {
    UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
      ^ 0x3030_3030_3030_3030
  }

  /// The high bits of the bytes above 9.
  @inline(__always)
  private func nonDigits(_ word: UInt64) -> UInt64 {
    (((word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080
  }

  /// The bytes without that at bit `place`.
  @inline(__always)
  private func withoutByte(at place: UInt64, in word: UInt64) -> UInt64 {
    let below = (1 as UInt64 &<< place) &- 1
    return word & below | (word &>> 8) & ~below
  }

  /// The number that the digits in the lowest `bits` make, the first of them in the lowest byte.
  @inline(__always)
  private func value(of digits: UInt64, bits: UInt64) -> UInt64 {
    // In two steps, since 64 bits may be shifted out.
    let all = bits == 64 ? digits : (digits &<< 8) &<< (56 &- bits)
    let pairs = all &* 10 &+ (all &>> 8)
    let even: UInt64 = 0x0000_00FF_0000_00FF
    let high = (pairs & even) &* 0x000F_4240_0000_0064
    let low = ((pairs &>> 16) & even) &* 0x0000_2710_0000_0001
    return (high &+ low) &>> 32
  }

  /// A number below 2⁵² as a double, which the processor's own instruction would make wait for the one before.
  @inline(__always)
  private func double(_ value: UInt64) -> Double {
    Double(bitPattern: 0x4330_0000_0000_0000 | value) - 0x1p52
  }

  @inline(__always)
  private func signed(_ value: Double, _ sign: UInt64) -> Double {
    Double(bitPattern: value.bitPattern | sign)
  }

  private let doubles = DecimalParser.exactPowers
  private let integers = DecimalParser.exactPowers.prefix(20).map { UInt64($0) }

  @inline(__always)
  private func powersOfTen(_ power: Int) -> Double { doubles[power] }
  @inline(__always)
  private func wholePowersOfTen(_ power: Int) -> UInt64 { integers[power] }
}
