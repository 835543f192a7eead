import Emulsion
import Foundation
import Testing

/// The lane functions against the C library's.
@Suite struct VectorMathTests {
  private func map(
    _ values: [Double], _ function: (Span<Double>, inout MutableSpan<Double>) -> Void
  ) -> [Double] {
    var out = [Double](repeating: .nan, count: values.count)
    var span = out.mutableSpan
    function(values.span, &span)
    return out
  }

  /// Numbers over the whole range that a log-sum-exp can meet, and special ones.
  @Test func expIsWithinAnUlp() {
    var random = CounterRandom(seed: 1)
    let values = (0..<20_000).map { _ in 708 * (2 * random.uniform() - 1) } + [0, -0.0, 1, -1]
    for (x, y) in zip(values, map(values) { Lanes.exp($0, into: &$1) }) {
      #expect(abs(y - exp(x)) <= exp(x).ulp, "exp \(x)")
    }
    let special = map([-.infinity, -1e300, .infinity, .nan]) { Lanes.exp($0, into: &$1) }
    #expect(special[0] == 0 && special[1] == 0 && special[2] == .infinity && special[3].isNaN)
  }

  @Test func logIsWithinAnUlp() {
    var random = CounterRandom(seed: 2)
    let values =
      (0..<20_000).map { _ in exp(1400 * random.uniform() - 700) }
      + (0..<5_000).map { _ in 1 + 0.01 * (random.uniform() - 0.5) } + [
        1, 2, 0.5, .leastNonzeroMagnitude, .leastNormalMagnitude / 8,
      ]
    for (x, y) in zip(values, map(values) { Lanes.log($0, into: &$1) }) {
      #expect(abs(y - log(x)) <= max(log(x).ulp, 1e-300), "log \(x)")
    }
    let special = map([0, -1, .infinity, .nan]) { Lanes.log($0, into: &$1) }
    #expect(special[0] == -.infinity && special[1].isNaN)
    #expect(special[2] == .infinity && special[3].isNaN)
  }

  /// ln(1 + x) − x against its series for small x, and against the C library elsewhere.
  @Test func log1pMinusKeepsItsDigits() {
    var random = CounterRandom(seed: 3)
    let values =
      (0..<20_000).map { _ in exp(60 * random.uniform() - 50) * (random.uniform() < 0.5 ? -1 : 1) }
      .filter { $0 > -1 } + [-0.2928, -0.29279, 0.4142, 0.41421, -0.999999]
    let vectors = map(values) { Lanes.log1pMinus($0, into: &$1) }
    for (x, y) in zip(values, vectors) {
      // Σ (−1)ⁿ⁺¹xⁿ/n from n = 2 on, backwards.
      let series = (2...40).reversed().reduce(0.0) { 1 / Double($1) - x * $0 } * -x * x
      let expected = abs(x) < 0.25 ? series : log1p(x) - x
      let slack = abs(x) < 0.25 ? 4 * expected.ulp : 4 * x.ulp
      #expect(abs(y - expected) <= slack, "\(x)")
      #expect(abs(SpecialFunctions.log1pMinus(x) - expected) <= slack, "\(x)")
    }
    let special = map([0, -1, .infinity, .nan]) { Lanes.log1pMinus($0, into: &$1) }
    #expect(special[0] == 0 && special[1] == -.infinity)
    #expect(special[2] == -.infinity && special[3].isNaN)
  }

  @Test(arguments: [0, 1, 7, 8, 15, 16, 17, 255])
  func sumsOfAnyLength(count: Int) {
    let values = (0..<count).map { Double($0 * $0 % 17) }
    #expect(Lanes.sum(values.span) == values.reduce(0, +))
    #expect(
      Lanes.dot(values.span, values.span) == values.reduce(0) { $0 + $1 * $1 })
  }

  @Test func randomNumbersAreUniformNormalAndIndependentOfOrder() {
    var random = CounterRandom(seed: 7)
    let uniforms = (0..<100_000).map { _ in random.uniform() }
    #expect(uniforms.allSatisfy { (0..<1).contains($0) })
    #expect(abs(uniforms.reduce(0, +) / 100_000 - 0.5) < 0.005)
    let normals = (0..<100_000).map { _ in random.normal() }
    #expect(abs(normals.reduce(0, +) / 100_000) < 0.015)
    #expect(abs(normals.reduce(0) { $0 + $1 * $1 } / 100_000 - 1) < 0.02)
    var again = CounterRandom(seed: 7)
    #expect(again.uniform() == uniforms[0])
    var other = CounterRandom(seed: 7, stream: 1)
    #expect(other.uniform() != uniforms[0])
  }
}
