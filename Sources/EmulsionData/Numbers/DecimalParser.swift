/// Decimal numbers from bytes, correct to the last bit.
///
/// Reads what C's `strtod` reads in the C locale, hexadecimal numbers apart: a sign, digits with or
/// without a point, an exponent; `inf`, `infinity` and `nan` in any case.
///
/// Source: W. D. Clinger, How to read floating point numbers accurately, 1990 (small powers of
/// ten); D. Lemire, Number parsing at a gigabyte per second, 2021, algorithm 1, which by N. Mushtak
/// & D. Lemire, 2023, never has to give up on a significand of 64 bits.
package enum DecimalParser {
  /// A number and the position behind it.
  struct Result {
    var value: Double
    var end: Int
  }

  /// The number that takes up all of `bytes` but spaces around it, or `nil`.
  package static func number(in bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    var start = 0
    var end = bytes.count
    while start < end && isBlank(bytes[start]) { start += 1 }
    while end > start && isBlank(bytes[end - 1]) { end -= 1 }
    let trimmed = UnsafeBufferPointer(rebasing: bytes[start..<end])
    if let result = decimal(in: trimmed, from: 0) {
      return result.end == trimmed.count ? result.value : nil
    }
    return special(trimmed)
  }

  /// Whether `bytes` are the digits of a whole number that a double can't hold: more than 15 of them matter,
  /// and no double equals it. Spaces around it do not count.
  package static func isInexactWhole(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let digits = wholeDigits(bytes)?.drop(while: { $0 == zero }) else { return false }
    let significant = digits.count - digits.reversed().prefix { $0 == zero }.count
    guard significant > 15 else { return false }
    guard digits.count <= 19 else { return true }
    let value = digits.reduce(0 as UInt64) { $0 &* 10 &+ UInt64($1 &- zero) }
    return 64 - value.leadingZeroBitCount - value.trailingZeroBitCount > Double.significandBitCount
      + 1
  }

  /// Whether `bytes` are a whole number written by digits alone, with or without a sign.
  static func isWhole(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { wholeDigits(bytes) != nil }

  private static func wholeDigits(_ bytes: UnsafeBufferPointer<UInt8>) -> Slice<
    UnsafeBufferPointer<UInt8>
  >? {
    var digits = bytes[...]
    while let first = digits.first, isBlank(first) { digits.removeFirst() }
    while let last = digits.last, isBlank(last) { digits.removeLast() }
    if let sign = digits.first, sign == minus || sign == plus { digits.removeFirst() }
    return digits.isEmpty || digits.contains { $0 &- zero > 9 } ? nil : digits
  }

  /// The decimal number that starts at `start`, or `nil` where none does.
  @inline(__always)
  static func decimal(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Result? {
    var i = start
    let end = bytes.count
    var isNegative = false
    if i < end && (bytes[i] == minus || bytes[i] == plus) {
      isNegative = bytes[i] == minus
      i += 1
    }
    // The first 19 significant digits fit 64 bits; more are counted in `scale` but not kept.
    var significand: UInt64 = 0
    let digitsStart = i
    while i < end, case let digit = bytes[i] &- zero, digit < 10 {
      significand = significand &* 10 &+ UInt64(digit)
      i += 1
    }
    var digits = i - digitsStart
    var scale = 0
    if i < end && bytes[i] == point {
      i += 1
      let fractionStart = i
      while i < end, case let digit = bytes[i] &- zero, digit < 10 {
        significand = significand &* 10 &+ UInt64(digit)
        i += 1
      }
      scale = fractionStart - i
      digits -= scale
    }
    if digits == 0 { return nil }
    let mantissaEnd = i
    var exponent = 0
    if i < end && bytes[i] | 0x20 == letterE {
      guard let written = exponentPart(in: bytes, from: i + 1) else { return nil }
      exponent = written.value
      i = written.end
    }
    let value: Double
    if digits <= 19 {
      value = scaled(significand, by: scale + exponent)
    } else {
      let long = bytes[digitsStart..<mantissaEnd]
      value = longDecimal(
        UnsafeBufferPointer(rebasing: long), exponent: exponent,
        all: UnsafeBufferPointer(rebasing: bytes[digitsStart..<i]))
    }
    return Result(value: isNegative ? -value : value, end: i)
  }

  /// The exponent behind an `e`; beyond ±99999 it makes no difference.
  private static func exponentPart(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (value: Int, end: Int)? {
    var i = start
    var isNegative = false
    if i < bytes.count && (bytes[i] == minus || bytes[i] == plus) {
      isNegative = bytes[i] == minus
      i += 1
    }
    let digitsStart = i
    var value = 0
    while i < bytes.count, case let digit = bytes[i] &- zero, digit < 10 {
      if value < 100_000 { value = value * 10 + Int(digit) }
      i += 1
    }
    return i == digitsStart ? nil : (isNegative ? -value : value, i)
  }

  /// The double nearest to `significand · 10^power`.
  @inline(__always)
  private static func scaled(_ significand: UInt64, by power: Int) -> Double {
    // Both factors are exact doubles, so their product or quotient is rounded once.
    if significand >> 53 == 0 && power >= -22 && power <= 22 {
      let value = Double(significand)
      return power < 0 ? value / exactPowers[-power] : value * exactPowers[power]
    }
    return PowersOfFive.shared.nearest(significand, by: power)
  }

  /// A number with more than 19 digits: zeros in front do not count, and where the digits beyond the
  /// nineteenth could matter the standard library decides.
  private static func longDecimal(
    _ mantissa: UnsafeBufferPointer<UInt8>, exponent: Int, all: UnsafeBufferPointer<UInt8>
  ) -> Double {
    var significand: UInt64 = 0
    var kept = 0
    var scale = 0
    var isFraction = false
    var isTruncated = false
    for byte in mantissa {
      if byte == point {
        isFraction = true
        continue
      }
      let digit = byte &- zero
      if kept < 19 {
        significand = significand &* 10 &+ UInt64(digit)
        if significand > 0 { kept += 1 }
        if isFraction { scale -= 1 }
      } else {
        if digit != 0 { isTruncated = true }
        if !isFraction { scale += 1 }
      }
    }
    let low = PowersOfFive.shared.nearest(significand, by: scale + exponent)
    if !isTruncated { return low }
    let high = PowersOfFive.shared.nearest(significand + 1, by: scale + exponent)
    return low == high ? low : Double(String(decoding: all, as: UTF8.self)) ?? low
  }

  /// `inf`, `infinity`, `nan`, with or without a sign, in any case.
  private static func special(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    guard (3...9).contains(bytes.count) else { return nil }
    let isSigned = bytes[0] == minus || bytes[0] == plus
    switch String(decoding: bytes.dropFirst(isSigned ? 1 : 0), as: UTF8.self).lowercased() {
    case "inf", "infinity": return bytes[0] == minus ? -.infinity : .infinity
    case "nan": return .nan
    default: return nil
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  static let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  private static let zero = UInt8(ascii: "0")
  private static let minus = UInt8(ascii: "-")
  private static let plus = UInt8(ascii: "+")
  private static let point = UInt8(ascii: ".")
  private static let letterE = UInt8(ascii: "e")
}
