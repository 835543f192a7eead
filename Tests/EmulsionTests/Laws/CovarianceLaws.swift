import Emulsion
import Testing

/// What the M step of every volume–shape–orientation structure must do.
@Suite struct CovarianceLaws {
  static let letters = [
    "EII", "VII", "EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVE", "VVE", "EEV", "VEV", "EVV",
    "VVV",
  ]
  let counts = [40.0, 25.5, 60]

  private func model(_ letters: String) throws -> any CovarianceModel {
    try Catalogue.standard.covarianceModel(named: letters)
  }

  private func scatters(_ seed: UInt64, columns d: Int = 3) -> [Matrix] {
    var random = CounterRandom(seed: seed)
    return counts.map { Small.scatter(d, rows: Int($0), &random) }
  }

  /// Σₖ = λₖDₖAₖDₖᵀ, the parts shared as the letters say.
  private func members(_ letters: String, seed: UInt64, columns d: Int = 3) -> [Matrix] {
    var random = CounterRandom(seed: seed)
    let parts = Array(letters)
    func part<T>(_ letter: Character, _ identity: T, _ make: () -> T) -> [T] {
      let first = make()
      return counts.indices.map {
        letter == "I" ? identity : letter == "E" || $0 == 0 ? first : make()
      }
    }
    let volumes = part(parts[0], 1) { power(random.normal()) }
    let shapes = part(parts[1], Array(repeating: 1, count: d)) {
      let logs = (0..<d).map { _ in random.normal() }
      let mean = logs.reduce(0, +) / Double(d)
      return logs.map { power($0 - mean) }.sorted()
    }
    let axes = part(parts[2], .identity(d)) { Small.rotation(d, &random) }
    return counts.indices.map { k in
      var diagonal = Matrix(rows: d, columns: d)
      for j in 0..<d { diagonal[j, j] = volumes[k] * shapes[k][j] }
      return Small.turned(diagonal, by: axes[k])
    }
  }

  @Test(arguments: letters, 1...3 as ClosedRange<UInt64>)
  func findsTheMembersOfItsStructure(letters: String, seed: UInt64) throws {
    let members = members(letters, seed: seed)
    let scatters = zip(members, counts).map { member, count in member.mapped { x, _ in x * count } }
    for (found, member) in zip(try model(letters).fit(scatters, counts), members) {
      for (a, b) in zip(found.values, member.values) { #expect(abs(a - b) < 1e-6) }
    }
  }

  @Test(arguments: letters, 1...3 as ClosedRange<UInt64>)
  func keepsItsStructure(letters: String, seed: UInt64) throws {
    let found = try model(letters).fit(scatters(seed), counts)
    let parts = Array(letters)
    let eigenvalues = found.map { Small.eigen($0).values }
    let volumes = eigenvalues.map { $0.reduce(0) { $0 + logarithm($1) } / 3 }
    if parts[0] == "E" { for k in 1...2 { #expect(abs(volumes[k] - volumes[0]) < 1e-9) } }
    for k in 0...2 {
      for j in 0...2 where parts[1] != "V" {
        let own = logarithm(eigenvalues[k][j]) - volumes[k]
        let first = logarithm(eigenvalues[0][j]) - volumes[0]
        #expect(abs(own - (parts[1] == "I" ? 0 : first)) < 1e-9)
      }
      if parts[2] == "I" {
        #expect(found[k][0, 1] == 0 && found[k][0, 2] == 0 && found[k][1, 2] == 0)
      } else if parts[2] == "E" {
        let (ab, ba) = (Small.product(found[0], found[k]), Small.product(found[k], found[0]))
        for (x, y) in zip(ab.values, ba.values) { #expect(abs(x - y) < 1e-9) }
      }
    }
  }

  /// No member of the structure near the result fits better: neighbours are the results for
  /// scatters near those of the result itself.
  @Test(arguments: letters, 1...4 as ClosedRange<UInt64>)
  func maximises(letters: String, seed: UInt64) throws {
    let model = try model(letters)
    let scatters = scatters(seed)
    let best = try model.settled(scatters, counts)
    let value = Small.logLikelihood(best, scatters, counts)
    var random = CounterRandom(seed: seed + 100)
    for size in [1e-4, 1e-2, 0.3] {
      for _ in 0..<10 {
        let noise = counts.indices.map { k -> Matrix in
          let turn = Small.scatter(3, rows: 6, &random)
          return Matrix(
            rows: 3, columns: 3,
            values: zip(best[k].values, turn.values).map { counts[k] * ($0 + size * $1) })
        }
        let neighbour = try model.fit(noise, counts, previous: best)
        #expect(Small.logLikelihood(neighbour, scatters, counts) <= value + 1e-9 * abs(value))
      }
    }
  }

  @Test(arguments: letters, [1, 2, 6])
  func neverFallsBelowThePrevious(letters: String, columns: Int) throws {
    let model = try model(letters)
    for seed in 1...5 as ClosedRange<UInt64> {
      let previous = members(letters, seed: seed, columns: columns)
      let scatters = scatters(seed + 7, columns: columns)
      let found = try model.fit(scatters, counts, previous: previous)
      let before = Small.logLikelihood(previous, scatters, counts)
      #expect(Small.logLikelihood(found, scatters, counts) >= before - 1e-9 * abs(before))
    }
  }

  @Test func largerStructuresFitNoWorse() throws {
    let scatters = scatters(3)
    var values: [String: Double] = [:]
    for letters in Self.letters {
      let model = try model(letters)
      values[model.name] = Small.logLikelihood(try model.fit(scatters, counts), scatters, counts)
    }
    var pairs = 0
    for letters in Self.letters {
      let large = try model(letters)
      for small in large.special {
        pairs += 1
        #expect(try #require(values[large.name]) >= (try #require(values[small])) - 1e-9)
      }
    }
    #expect(pairs == 61)
  }

  /// With one component, only what orientation and shape are left says anything.
  @Test(arguments: [["EII", "VII"], ["EEI", "VEI", "EVI", "VVI"]] + [Array(letters.suffix(8))])
  func coincideForOneComponent(group: [String]) throws {
    let scatter = [scatters(5)[0]]
    let results = try group.map { try model($0).fit(scatter, [40]) }
    for result in results {
      for (a, b) in zip(result[0].values, results[0][0].values) { #expect(abs(a - b) < 1e-9) }
    }
  }

  /// Celeux & Govaert 1995, table 1, with G = 4 and d = 5.
  @Test func countsOfFreeParameters() throws {
    let expected = [1, 4, 5, 8, 17, 20, 15, 18, 27, 30, 45, 48, 57, 60]
    for (letters, count) in zip(Self.letters, expected) {
      #expect(try model(letters).freeParameters(components: 4, dimension: 5) == count)
    }
  }

  @Test(arguments: letters)
  func followsAChangeOfUnits(letters: String) throws {
    let model = try model(letters)
    let units = [1.0, 50, 1e-3]
    func scaled(_ matrix: Matrix) -> Matrix {
      var result = matrix
      for a in 0..<3 { for b in 0..<3 { result[a, b] *= units[a] * units[b] } }
      return result
    }
    let found = try model.fit(scatters(9), counts).map(scaled)
    let after = try model.fit(scatters(9).map(scaled), counts)
    var isSame = true
    for (x, y) in zip(found, after) {
      for a in 0..<3 {
        for b in 0..<3 { isSame = isSame && abs(x[a, b] - y[a, b]) < 1e-7 * units[a] * units[b] }
      }
    }
    #expect(isSame == model.isColumnScaleEquivariant)
  }

  @Test(arguments: letters)
  func followsARotation(letters: String) throws {
    let model = try model(letters)
    var random = CounterRandom(seed: 4)
    let rotation = Small.rotation(3, &random)
    let turned = scatters(9).map { Small.turned($0, by: rotation) }
    let found = try model.settled(scatters(9), counts, from: scatters(9))
      .map { Small.turned($0, by: rotation) }
    let after = try model.settled(turned, counts, from: turned)
    let difference =
      zip(found, after)
      .flatMap { zip($0.values, $1.values).map { abs($0 - $1) } }.max() ?? 0
    let isAlongColumns = letters.hasSuffix("I") && !letters.hasSuffix("II")
    #expect((difference < 1e-5) == !isAlongColumns)
  }

  /// An empty component leaves the others as they are without it.
  @Test(arguments: letters)
  func anEmptyComponentChangesNothing(letters: String) throws {
    let model = try model(letters)
    let without = try model.settled(scatters(2), counts)
    let with = try model.fit(
      scatters(2) + [Matrix(rows: 3, columns: 3)], counts + [0], previous: without + [.identity(3)])
    for (a, b) in zip(without, with) {
      for (x, y) in zip(a.values, b.values) { #expect(abs(x - y) < 1e-5) }
    }
  }

  /// Points have no shape; what comes out is singular, and of the right form.
  @Test(arguments: letters, [[0, 1, 2], [1]])
  func pointsAreSingular(letters: String, points: [Int]) throws {
    let model = try model(letters)
    var scatters = scatters(6)
    for k in points { scatters[k] = Matrix(rows: 3, columns: 3) }
    let found = try model.covariances(
      of: scatters.map { Scatter(model.form, of: $0) }, counts: counts,
      previous: scatters.map { _ in .identity(model.form, dimension: 3) })
    #expect(found.allSatisfy { $0.form == model.form && $0.dimension == 3 })
    #expect(found.count == 3)
  }

  @Test func oneColumnHasTwo() {
    #expect(Catalogue.standard.covarianceNames(columns: 1) == ["tied", "full"])
    #expect(Catalogue.standard.covarianceNames(columns: 2).count == 14)
  }
}
