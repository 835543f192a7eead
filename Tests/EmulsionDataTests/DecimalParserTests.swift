import EmulsionData
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

private func parsed(_ text: String) -> Double? {
  var text = text
  return text.withUTF8 { DecimalParser.number(in: $0) }
}

@Suite("Numbers as text")
struct DecimalParserTests {
  @Test("any bits read back from their shortest text, and from 17 digits as strtod reads them")
  func randomBits() {
    var random = SplitMix(state: 42)
    for _ in 0..<100_000 {
      let value = Double(bitPattern: random.next())
      if !value.isFinite { continue }
      let shortest = NumberText.shortest(value)
      #expect(parsed(shortest)?.bitPattern == value.bitPattern, "\(shortest)")
      let long = NumberText.general(value, digits: 15 + Int(random.next() % 8))
      #expect(parsed(long)?.bitPattern == strtod(long, nil).bitPattern, "\(long)")
    }
  }

  @Test("any digits with any exponent read as strtod reads them")
  func randomDigits() {
    var random = SplitMix(state: 7)
    for _ in 0..<100_000 {
      let digits = String(random.next() >> (random.next() % 64))
      let more = random.next() % 4 == 0 ? String(random.next()) : ""
      let point = Int(random.next() % UInt64(digits.count + 1))
      let exponent = Int(random.next() % 700) - 350
      let text = "\(digits.prefix(point)).\(digits.dropFirst(point))\(more)e\(exponent)"
      #expect(parsed(text)?.bitPattern == strtod(text, nil).bitPattern, "\(text)")
    }
  }

  @Test(
    "hard cases",
    arguments: [
      "0", "-0", "0.0", "1", "1e22", "1e23", "9007199254740993", "9007199254740992.5",
      "4.9406564584124654e-324", "2.4703282292062327208e-324", "2.4703282292062328e-324",
      "2.2250738585072014e-308", "2.2250738585072011e-308", "2.225073858507201136057409796709e-308",
      "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308", "1e309",
      "1e-400", "1e99999999999", "-1e-99999999999", "0e99999999999",
      "8.5e-323", "123456789012345678901234567890", "0.000000000000000000000000000000000000001",
      "1.00000000000000011102230246251565404236316680908203125",
      "1.00000000000000011102230246251565404236316680908203124",
      "1.00000000000000011102230246251565404236316680908203126",
      "00000000000000000000000000000000000000001.5", "9355950000000000000.00000000000000000000001",
      "30078505129381147446200", "1.8014398509481985e16", "+12.5",
    ])
  func hard(text: String) {
    #expect(parsed(text)?.bitPattern == strtod(text, nil).bitPattern)
  }

  @Test("infinities and what is not a number", arguments: ["inf", "Inf", "-INF", "+infinity"])
  func infinite(text: String) {
    #expect(parsed(text) == (text.hasPrefix("-") ? -Double.infinity : .infinity))
  }

  @Test(
    "other text is no number",
    arguments: [
      "", " ", "-", "+", ".", "e5", "1e", "1e+", "1 2", "1,5", "0x10", "1_000", "--1", "1.2.3",
      "infinit", "in", "n", "1f", "١",
    ])
  func noNumber(text: String) {
    #expect(parsed(text) == nil)
  }

  @Test("numbers in a column have their points below each other")
  func alignment() {
    #expect(NumberText.aligned([1, 2.5, 10.25]) == ["1.00", "2.50", "10.25"])
    #expect(NumberText.aligned([1, 20]) == ["1", "20"])
    #expect(NumberText.aligned([1, .nan, 1e12]) == ["1", "NA", "1e+12"])
    #expect(NumberText.aligned([0.5, -.infinity]) == ["0.5", "-inf"])
  }
}

/// A small generator, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
