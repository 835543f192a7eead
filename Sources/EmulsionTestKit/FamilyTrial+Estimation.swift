import Emulsion

extension FamilyTrial {
  /// Several responsibilities, from these components and from neutral ones.
  func ascentProblems() throws -> [String] {
    let rows = try draw(200)
    let starts = [components, try family.schema.neutralComponents(components.count)]
    for (start, seed) in zip(starts + starts, [11, 12, 13, 14] as [UInt64]) {
      let weights = responsibilities(200, seed: seed)
      let before = try objective(rows, weights, under: start)
      let after = try objective(
        rows, weights, under: maximised(rows, weights, from: start))
      guard after >= before - 1e-9 * abs(before) else {
        return ["the M step lowered the weighted log-density from \(before) to \(after)"]
      }
    }
    return []
  }

  /// Small changes of every parameter, after a few M steps with the same responsibilities.
  func optimumProblems() throws -> [String] {
    let rows = try draw(200)
    let weights = responsibilities(200, seed: 21)
    var best = components
    for _ in 0..<8 { best = try maximised(rows, weights, from: best) }
    let value = try objective(rows, weights, under: best)
    // What components share can only change in all of them at once.
    let isShared =
      family.schema.freeParameters(best) < best.count
      * family.schema.freeParameters(Array(best.prefix(1)))
    for k in best.indices {
      for (index, number) in numbers(of: best[k]).enumerated() {
        for size in [1e-2, 1e-3, -1e-3, -1e-2] {
          let step = size * max(abs(number), 0.1)
          var other = best
          for q in best.indices where q == k || isShared {
            if let changed = changed(best[q], index, by: step) { other[q] = changed }
          }
          let there = try objective(rows, weights, under: other)
          guard there <= value + 1e-8 * abs(value) else {
            return [
              "after the M step the weighted log-density is \(value), but it is \(there) with "
                + "\(places(of: best[k])[index]) of component \(k + 1) changed by \(size) of itself"
            ]
          }
        }
      }
    }
    return []
  }

  /// The rank of the derivatives of ln p in the parameters, over 300 rows.
  func freeParameterProblems() throws -> [String] {
    let component = components[0]
    let rows = try draw(300)
    var columns: [[Double]] = []
    for (index, number) in numbers(of: component).enumerated() {
      let step = 1e-5 * max(abs(number), 0.1)
      guard let up = changed(component, index, by: step) else { continue }
      let (above, low) = (
        try logDensities(of: rows, under: [up]),
        try logDensities(of: rows, under: [changed(component, index, by: -step) ?? component])
      )
      columns.append(zip(above, low).map { ($0[0] - $1[0]) / step })
    }
    let rank = rank(columns)
    let claimed = family.schema.freeParameters([component])
    return rank == claimed
      ? [] : ["a component claims \(claimed) free parameters, but its score has rank \(rank)"]
  }

  /// Columns that are left after those before them are taken out, largest first.
  private func rank(_ columns: [[Double]]) -> Int {
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    var rest = columns.compactMap { column -> [Double]? in
      let length = dot(column, column).squareRoot()
      return length > 0 && length.isFinite ? column.map { $0 / length } : nil
    }
    var rank = 0
    while let next = rest.indices.max(by: { dot(rest[$0], rest[$0]) < dot(rest[$1], rest[$1]) }) {
      let length = dot(rest[next], rest[next]).squareRoot()
      guard length > 1e-4 else { break }
      let unit = rest.remove(at: next).map { $0 / length }
      rest = rest.map { column in
        let part = dot(column, unit)
        return zip(column, unit).map { $0 - part * $1 }
      }
      rank += 1
    }
    return rank
  }

  /// By Wilks's theorem a fit gains about half a nat a parameter over the truth, in log-likelihood.
  func recoveryProblems() throws -> [String] {
    try components.indices.compactMap { k in
      let rows = try draw(example.drawnRows, from: k)
      let ones = Array(repeating: [1.0], count: rows.rows)
      let truth = [components[k]]
      let before = try objective(rows, ones, under: truth)
      let after = try objective(rows, ones, under: maximised(rows, ones, from: truth))
      let p = Double(family.schema.freeParameters(truth))
      guard after - before > p / 2 + 6 * (p / 2).squareRoot() + 8 else { return nil }
      return
        "a fit to \(rows.rows) rows drawn from component \(k + 1) gains \(after - before) nats "
        + "over it with \(Int(p)) parameters: the rows don't follow its density"
    }
  }

  /// Means within six standard errors, and variances likewise.
  func momentProblems() throws -> [String] {
    let n = example.drawnRows
    guard components.contains(where: { family.properties.moments(of: $0) != nil }) else {
      throw NotChecked("the family tells none")
    }
    for k in components.indices {
      guard let moments = family.properties.moments(of: components[k]) else { continue }
      let rows = try draw(n, from: k)
      for i in 0..<family.traits.dimension {
        for j in i..<family.traits.dimension {
          let products = (0..<n).map {
            (rows[$0, i] - moments.mean[i]) * (rows[$0, j] - moments.mean[j])
          }
          let expected = moments.covariance[i, j]
          let error = Self.deviation(products) / Double(n).squareRoot()
          let found = products.reduce(0, +) / Double(n)
          guard abs(found - expected) <= 6 * error + 1e-12 * abs(expected) else {
            return [
              "component \(k + 1) claims the covariance \(expected) of columns \(i + 1) and \(j + 1), "
                + "but rows drawn from it have \(found)"
            ]
          }
        }
        let values = (0..<n).map { rows[$0, i] }
        let found = values.reduce(0, +) / Double(n)
        guard
          abs(found - moments.mean[i]) <= 6 * Self.deviation(values) / Double(n).squareRoot()
            + 1e-12 * abs(found)
        else {
          return [
            "component \(k + 1) claims the mean \(moments.mean[i]) of column \(i + 1), but rows drawn "
              + "from it have \(found)"
          ]
        }
      }
    }
    return []
  }

  private static func deviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
  }

  /// Parameters out and in again.
  func parameterProblems() throws -> [String] {
    let rows = try draw(50)
    let again = try components.map { component in
      let pairs = family.schema.parameters(of: component).map { ($0.name, $0.value) }
      return try family.schema.component(from: Dictionary(uniqueKeysWithValues: pairs))
    }
    let (a, b) = (
      try logDensities(of: rows, under: components), try logDensities(of: rows, under: again)
    )
    for (x, y) in zip(a, b) where !zip(x, y).allSatisfy({ areClose($0, $1, 1e-8) }) {
      return ["components made from their own parameters have the log-densities \(y), not \(x)"]
    }
    return []
  }
}
