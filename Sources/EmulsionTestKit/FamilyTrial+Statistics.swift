import Emulsion

extension FamilyTrial {
  /// Further rows of responsibility 0 leave the estimate as it is.
  func zeroWeightProblems() throws -> [String] {
    let rows = try draw(90)
    let weights = responsibilities(90, seed: 3).enumerated().map { i, row in
      i % 3 == 2 ? row.map { _ in 0 } : row
    }
    let kept = (0..<90).filter { $0 % 3 != 2 }
    return try compare(
      maximised(rows, weights, from: components),
      maximised(rows.rows(kept), kept.map { weights[$0] }, from: components),
      "with rows of weight 0", "without them")
  }

  /// Sums of three parts, merged in different orders and cut in different blocks.
  func mergingProblems() throws -> [String] {
    let rows = try draw(300)
    let weights = responsibilities(300, seed: 4)
    let parts = try [0..<40, 40..<170, 170..<300].map { range in
      try statistics(
        of: rows.rows(Array(range)), Array(weights[range]), under: components, blocks: 16)
    }
    func merged(_ order: [Int]) throws -> Family.Statistics {
      var sum = parts[order[0]]
      for i in order.dropFirst() { try sum.merge(parts[i]) }
      return sum
    }
    var nested = parts[1]
    try nested.merge(parts[2])
    var right = parts[0]
    try right.merge(nested)
    let whole = try statistics(of: rows, weights, under: components)
    let results = try [whole, merged([0, 1, 2]), merged([2, 0, 1]), right].map {
      try family.estimate($0, counts: counts(weights), previous: components)
    }
    for other in results.dropFirst() {
      let problems = compare(results[0], other, "from one run of sums", "from merged parts")
      if !problems.isEmpty { return problems }
    }
    return []
  }

  /// Responsibilities times 3 against rows three times.
  func copiesProblems() throws -> [String] {
    let rows = try draw(80)
    let weights = responsibilities(80, seed: 5)
    let thrice = (0..<240).map { $0 % 80 }
    return try compare(
      maximised(rows, weights.map { $0.map { 3 * $0 } }, from: components),
      maximised(rows.rows(thrice), thrice.map { weights[$0] }, from: components),
      "with weights of 3", "with three copies of each row")
  }

  private func compare(
    _ a: [Family.Component], _ b: [Family.Component], _ first: String, _ second: String
  ) -> [String] {
    for k in a.indices {
      let pairs = zip(numbers(of: a[k]), numbers(of: b[k]))
      for ((x, y), place) in zip(pairs, places(of: a[k])) where !areClose(x, y, 1e-8) {
        return ["component \(k + 1) has \(place) = \(x) \(first), but \(y) \(second)"]
      }
    }
    return []
  }
}
