import Emulsion
import Foundation
import Testing

/// How far two labellings of the same rows agree.
@Suite struct LabelTests {
  struct Agreement: Decodable, Sendable {
    var a: [Double]
    var b: [Double]
    var adjustedRand: Double
    var error: Double

    /// What mclust says of them, by `Reference/use.R`.
    static let all: [Agreement] = {
      let path = ReferenceCase.folder.appending(path: "agreement.json")
      let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
      return text.split(separator: "\n").compactMap {
        try? JSONDecoder().decode(Agreement.self, from: Data($0.utf8))
      }
    }()
  }

  private func table(_ a: [Double], _ b: [Double]) throws -> CrossTabulation {
    try CrossTabulation(a.map { .number($0) }, b.map { .number($0) })
  }

  @Test func agreesWithMclust() throws {
    #expect(Agreement.all.count == 8)
    for reference in Agreement.all {
      let table = try table(reference.a, reference.b)
      #expect(areClose(table.adjustedRand, reference.adjustedRand, 1e-12))
      #expect(try areClose(table.classificationError.error, reference.error, 1e-12))
    }
  }

  @Test func trivialPartitions() throws {
    #expect(try table([1, 1, 1], [5, 5, 5]).adjustedRand == 1)
    #expect(try table([1, 2, 3], [3, 1, 2]).adjustedRand == 1)
    #expect(try table([1, 1, 1], [1, 2, 3]).adjustedRand == 0)
    #expect(try table([4], [2]).adjustedRand == 1)
    #expect(try table([4], [2]).classificationError.error == 0)
  }

  /// The matching of every permutation of some random counts, against the assignment.
  @Test(arguments: [(1, 1), (2, 2), (3, 3), (2, 4), (5, 3), (4, 5)])
  func assignmentsAreTheBest(rows: Int, columns: Int) {
    func least(_ costs: Matrix, _ row: Int, _ used: Set<Int>, _ skips: Int) -> Double {
      guard row < costs.rows else { return 0 }
      var best =
        skips > 0 ? least(costs, row + 1, used, skips - 1) : Double.infinity
      for column in 0..<costs.columns where !used.contains(column) {
        best = min(
          best, costs[row, column] + least(costs, row + 1, used.union([column]), skips))
      }
      return best
    }
    var random = CounterRandom(seed: UInt64(rows * 10 + columns))
    for _ in 0..<60 {
      let costs = Matrix(
        rows: rows, columns: columns,
        values: (0..<rows * columns).map { _ in (10 * random.uniform()).rounded() - 5 })
      let found = Assignment.least(costs)
      let used = found.compactMap { $0 }
      #expect(used.count == min(rows, columns) && Set(used).count == used.count)
      let cost = found.enumerated().reduce(0) { sum, pair in
        sum + (pair.element.map { costs[pair.offset, $0] } ?? 0)
      }
      #expect(cost == least(costs, 0, [], max(0, rows - columns)))
    }
  }

  @Test func unequalNumbersOfClasses() throws {
    let table = try CrossTabulation(
      [1, 1, 2, 2, 3, 3, 3].map { .number($0) },
      ["a", "a", "a", "b", "b", "b", "b"].map { .text($0) })
    let (error, matching) = try table.classificationError
    #expect(areClose(error, 2.0 / 7))
    #expect(matching == [.text("a"), nil, .text("b")])
    #expect(try table.counts.values == [2, 0, 1, 1, 0, 3])
    // Which of the two is matched to the other makes no difference.
    let turned = try CrossTabulation(
      ["a", "a", "a", "b", "b", "b", "b"].map { .text($0) },
      [1, 1, 2, 2, 3, 3, 3].map { .number($0) })
    #expect(try turned.classificationError.error == error)
    #expect(turned.adjustedRand == table.adjustedRand)
  }

  @Test func idsAreNoClasses() throws {
    let ids = (0..<4000).map { ClassLabel.number(Double($0)) }
    let table = try CrossTabulation(ids, ids.reversed())
    #expect(table.adjustedRand == 1)
    let error = #expect(throws: EmulsionError.self) { try table.counts }
    #expect(error?.message.contains("4000 classes") ?? false)
    #expect(throws: EmulsionError.self) { try table.classificationError }
  }

  @Test func whatCanNotBeCompared() {
    func message(_ a: [ClassLabel], _ b: [ClassLabel]) -> String {
      #expect(throws: EmulsionError.self) { try CrossTabulation(a, b) }?.message ?? ""
    }
    #expect(message([.number(1)], []).contains("1 label"))
    #expect(message([], []).contains("no labels"))
    #expect(message([.number(1), .number(.nan)], [.number(1), .number(2)]).contains("element 2"))
    #expect(message([.number(1)], [.text("")]).contains("b: element 1"))
  }
}
