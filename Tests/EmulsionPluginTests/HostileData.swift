import Emulsion
import Foundation
import Testing

/// A table that is hard on a fit: small, discrete, collinear, far-off, or all alike.
struct HostileData: Sendable, CustomTestStringConvertible {
  let name: String
  let values: Matrix
  var testDescription: String { name }

  var source: MatrixSource { MatrixSource(values) }

  private init(
    _ name: String, _ n: Int, _ d: Int, _ value: (Int, Int, inout CounterRandom) -> Double
  ) {
    self.name = name
    var random = CounterRandom(seed: 17)
    values = Matrix(
      rows: n, columns: d,
      values: (0..<n).flatMap { i in (0..<d).map { value(i, $0, &random) } })
  }

  /// Rows whose last columns follow from the first by `make`.
  private init(
    _ name: String, _ n: Int, _ make: (Int, inout CounterRandom) -> [Double]
  ) {
    self.name = name
    var random = CounterRandom(seed: 18)
    let list = (0..<n).map { make($0, &random) }
    values = Matrix(rows: n, columns: list[0].count, values: list.flatMap { $0 })
  }

  static let all: [HostileData] = small + discrete + collinear + scales + outliers + counts

  private static let small = [
    HostileData("one row", 1, 2) { _, j, _ in Double(j) + 1 },
    HostileData("two rows", 2, 2) { i, j, _ in Double(i + j) + 1 },
    HostileData("three rows", 3, 2) { _, _, random in random.uniform() },
    HostileData("rows = columns", 4, 4) { _, _, random in random.normal() },
    HostileData("rows = columns + 1", 5, 4) { _, _, random in random.normal() },
    HostileData("rows = columns + 2", 6, 4) { _, _, random in random.normal() },
    HostileData("fewer rows than columns", 5, 7) { _, _, random in random.normal() },
    HostileData("twice the columns", 10, 5) { _, _, random in random.normal() },
    HostileData("five rows, one column", 5, 1) { i, _, _ in Double(i * i) + 1 },
  ]

  private static let discrete = [
    HostileData("all zero", 12, 2) { _, _, _ in 0 },
    HostileData("all alike", 12, 2) { _, j, _ in Double(3 + j) },
    HostileData("one constant column", 20, 2) { _, j, random in j == 0 ? 1 : random.normal() },
    HostileData("0/1, one column", 40, 1) { _, _, random in random.uniform() < 0.3 ? 1 : 0 },
    HostileData("0/1, three columns", 60, 3) { _, _, random in random.uniform() < 0.5 ? 1 : 0 },
    HostileData("1/2/3", 60, 2) { _, _, random in 1 + (3 * random.uniform()).rounded(.down) },
    HostileData("two points", 20, 2) { i, j, _ in i % 2 == 0 ? 1 : Double(2 + j) },
    HostileData("three points", 21, 2) { i, j, _ in Double((i * (j + 1)) % 3) },
    HostileData("rounded", 50, 2) { _, _, random in (2 * random.normal()).rounded() / 2 },
    HostileData("a 0/1 column that tells clusters apart", 60) { i, random in
      let is1 = i % 3 == 0
      return [random.normal() + (is1 ? 6 : 0), random.normal(), is1 ? 1 : 0]
    },
    HostileData("a rare 0/1 column", 60) { i, random in
      [random.normal(), random.normal(), i < 2 ? 1 : 0]
    },
    HostileData("rows twice", 24) { i, _ in [Double(i / 2 % 7), Double(i / 2 * i / 2 % 5)] },
    HostileData("signed zeros", 40, 2) { i, j, _ in (i + j) % 2 == 0 ? -0.0 : 0.0 },
  ]

  private static let collinear =
    [1e-1, 1e-3, 1e-5, 1e-7, 1e-9, 0].map { residual in
      HostileData("residual \(residual)", 40) { _, random in
        let x = random.normal()
        return [x, 2.54 * x + residual * random.normal()]
      }
    } + [
      HostileData("a sum of two", 40) { _, random in
        let (x, y) = (random.normal(), random.normal())
        return [x, y, x + y + 1e-6 * random.normal()]
      },
      HostileData("two lines", 40) { i, random in
        let x = random.normal()
        return [x, i % 2 == 0 ? x : -x]
      },
      HostileData("a line and a cloud", 60) { i, random in
        let x = random.normal()
        return [x, i % 2 == 0 ? 0.5 * x : random.normal()]
      },
    ]

  private static let scales = [
    HostileData("huge", 30, 2) { _, _, random in 1e150 * random.normal() },
    HostileData("tiny", 30, 2) { _, _, random in 1e-150 * random.normal() },
    HostileData("far apart", 30, 2) { _, j, random in (j == 0 ? 1e9 : 1e-9) * random.normal() },
    HostileData("far off", 30, 2) { _, _, random in 1e12 + random.normal() },
    HostileData("narrow", 30, 1) { _, _, random in 100 * (1 + 1e-7 * random.uniform()) },
    HostileData("clusters of widths far apart", 60, 2) { i, _, random in
      (i % 2 == 0 ? 1e6 : 1e-6) * random.normal()
    },
  ]

  private static let outliers = [
    HostileData("one outlier", 40, 2) { i, _, random in i == 0 ? 1e6 : random.normal() },
    HostileData("two outliers", 40, 2) { i, _, random in i < 2 ? 1e8 : random.normal() },
    HostileData("a heavy point", 60, 2) { i, _, random in i < 30 ? 0 : random.normal() },
  ]

  private static let counts = [
    HostileData("few counts", 40, 1) { _, _, random in (4 * random.uniform()).rounded(.down) },
    HostileData("large counts", 40, 2) { _, _, random in (1e9 + 1e5 * random.normal()).rounded() },
    HostileData("nearly all zero", 60, 2) { i, _, random in
      i < 4 ? (9 * random.uniform()).rounded() : 0
    },
    HostileData("shares", 30, 2) { _, _, random in 0.01 + 0.98 * random.uniform() },
    HostileData("shares near the borders", 30, 2) { i, _, random in
      i % 2 == 0 ? 1e-9 * (1 + random.uniform()) : 1 - 1e-9 * (1 + random.uniform())
    },
    HostileData("positive", 40, 2) { _, _, random in exp(3 * random.normal()) },
    HostileData("directions", 40) { _, random in
      let angle = 6.283 * random.uniform()
      return [cos(angle), sin(angle)]
    },
  ]
}
