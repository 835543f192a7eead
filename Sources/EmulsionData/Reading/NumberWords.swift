/// Numbers of the common forms `-12.345` and `67`, eight bytes at a time.
///
/// What is longer, has an exponent or is no number at all is left to ``DecimalParser``. Combined with
/// eight "0" by an exclusive or, digits stand as what they are in the bytes of a word, and whether all
/// eight are digits, or where a byte is, takes a few operations.
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
  /// Where the cell ends is found first and apart from what it holds, so that the processor can begin
  /// with the next cell while it works on this one.
  ///
  /// - Parameter start: The cell, with ``reach`` bytes readable.
  @inline(__always)
  func number(at start: inout UnsafePointer<UInt8>, endingWith end: UInt8) -> Double? {
    let isNegative = start.pointee == UInt8(ascii: "-")
    let sign = isNegative ? 1 &<< 63 as UInt64 : 0
    let first = start + (isNegative ? 1 : 0)
    let ends = UInt64(end) &* 0x0101_0101_0101_0101
    // An empty cell is no number, so that the search may begin behind the first byte.
    if start.pointee == end { return nil }
    if let bytes = firstZero(raw(start + 1) ^ ends) {
      let stop = start + (bytes &+ 1)
      guard let value = short(first, stop - first) else { return nil }
      start = stop
      return signed(value, sign)
    }
    if let bytes = firstZero(raw(start + 9) ^ ends) {
      let stop = start + (bytes &+ 9)
      guard let value = medium(first, stop - first) else { return nil }
      start = stop
      return signed(value, sign)
    }
    guard let bytes = firstZero(raw(start + 17) ^ ends) else { return nil }
    let stop = start + (bytes &+ 17)
    guard let value = long(first, stop - first) else { return nil }
    start = stop
    return signed(value, sign)
  }

  /// The number in quotes in the cell at `start`, if there is one and `end` stands behind it, and where this
  /// byte is.
  @inline(never)
  func quoted(
    at start: UnsafePointer<UInt8>, before end: UInt8
  ) -> (value: Double, end: UnsafePointer<UInt8>)? {
    guard start.pointee == DelimitedText.quote else { return nil }
    var content = start + 1
    guard let value = number(at: &content, endingWith: DelimitedText.quote), content[1] == end
    else { return nil }
    return (value, content + 1)
  }

  /// A number of up to eight bytes.
  @inline(__always)
  private func short(_ first: UnsafePointer<UInt8>, _ count: Int) -> Double? {
    // A sign alone is no number.
    if count == 0 { return nil }
    let digits = word(first) &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count)
    guard let (significand, decimals) = withoutPoint(digits) else {
      return nonDigits(digits) == 0 ? double(value(of: digits)) : nil
    }
    // One digit at least must stand beside the point.
    if count == 1 || nonDigits(significand) != 0 { return nil }
    // Both are exact doubles, so their quotient is rounded once.
    return double(value(of: significand)) / powersOfTen(decimals)
  }

  /// A number of up to sixteen bytes: seven digits and the point in the first eight, then digits.
  @inline(__always)
  private func medium(_ first: UnsafePointer<UInt8>, _ count: Int) -> Double? {
    guard let (seven, decimals) = sevenDigits(first) else { return nil }
    let digits = count &- 8
    let second = leading(digits, of: word(first + 8))
    if nonDigits(second) != 0 { return nil }
    let significand = seven &* wholePowersOfTen(digits) &+ value(of: second)
    return double(significand) / powersOfTen(decimals &+ digits)
  }

  /// A number of up to 24 bytes: seven digits and the point in the first eight, then digits.
  @inline(__always)
  private func long(_ first: UnsafePointer<UInt8>, _ count: Int) -> Double? {
    guard let (seven, decimals) = sevenDigits(first) else { return nil }
    let digits = count &- 16
    let second = word(first + 8)
    let third = leading(digits, of: word(first + 16))
    // Nineteen digits fit a word, and zeros in front do not count.
    guard nonDigits(second) | nonDigits(third) == 0, seven < wholePowersOfTen(11 &- digits)
    else { return nil }
    let fifteen = seven &* 100_000_000 &+ value(of: second)
    let significand = fifteen &* wholePowersOfTen(digits) &+ value(of: third)
    return powers.nearest(significand, by: 0 &- (decimals &+ 8 &+ digits))
  }

  /// What seven digits with a point among or behind them make, and how many of them stand behind it.
  @inline(__always)
  private func sevenDigits(
    _ first: UnsafePointer<UInt8>
  ) -> (value: UInt64, decimals: Int)? {
    guard let (significand, decimals) = withoutPoint(word(first)), nonDigits(significand) == 0
    else { return nil }
    return (value(of: significand), decimals)
  }

  // MARK: Words

  /// Eight bytes, the first of them lowest.
  @inline(__always)
  private func raw(_ start: UnsafePointer<UInt8>) -> UInt64 {
    UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
  }

  /// Eight bytes, digits as what they stand for.
  @inline(__always)
  private func word(_ start: UnsafePointer<UInt8>) -> UInt64 { raw(start) ^ 0x3030_3030_3030_3030 }

  /// The number of bytes before the first that is 0.
  @inline(__always)
  private func firstZero(_ word: UInt64) -> Int? {
    let zeros = zeros(word)
    return zeros == 0 ? nil : zeros.trailingZeroBitCount &>> 3
  }

  /// The high bit of the first byte that is 0, and perhaps of some above it.
  @inline(__always)
  private func zeros(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }

  /// What stands before the first point moved up to its place, and the number of bytes behind it.
  @inline(__always)
  private func withoutPoint(_ word: UInt64) -> (word: UInt64, behind: Int)? {
    let points = zeros(word ^ 0x1E1E_1E1E_1E1E_1E1E)
    if points == 0 { return nil }
    // The lowest bit of the point's byte; of the next byte there may be none.
    let place = (points & (0 &- points)) &>> 7
    let moved = word & ~((place &<< 8) &- 1) | (word & (place &- 1)) &<< 8
    return (moved, 7 &- points.trailingZeroBitCount &>> 3)
  }

  /// The high bits of the bytes above 9.
  @inline(__always)
  private func nonDigits(_ word: UInt64) -> UInt64 {
    (((word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080
  }

  /// The first `count` bytes, zeros before them.
  @inline(__always)
  private func leading(_ count: Int, of word: UInt64) -> UInt64 {
    // In two steps, since 64 bits may be shifted out; all eight stay where they are.
    count == 8 ? word : (word &<< 8) &<< UInt64(truncatingIfNeeded: 56 &- 8 &* count)
  }

  /// The number that eight digits make, the first of them in the lowest byte.
  @inline(__always)
  private func value(of digits: UInt64) -> UInt64 {
    let pairs = digits &* 10 &+ (digits &>> 8)
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
