/// The orders in which what a start has drawn may take the places of a mixture some of which are told apart beforehand:
/// by what is held of their components, or by given weights.
///
/// Places that nothing tells apart are of one kind, and deals that differ in these alone are one. Kinds are ordered by
/// what they hold, not by their numbers, so that a mixture whose places are renumbered is dealt the same.
struct Deals: Sendable {
  /// All places from 0, those of a kind side by side.
  private let places: [Int]
  /// The kind of each of `places`, ascending from 0.
  private let kinds: [Int]
  /// How many deals there are, or a number above ``most`` where they are more.
  let count: Int

  /// How many deals of one start are compared.
  static let most = 24

  /// - Parameters:
  ///   - held: What is held of single components.
  ///   - weights: Given weights; `nil` where these are estimated or equal.
  /// - Returns: `nil` where all places are of one kind.
  init?(components k: Int, held: [Int: [ParameterRole]], weights: [Double]?) {
    // What is held as what is not counts as larger than any value.
    let keys = (0..<k).map { place in
      [-(weights?[place] ?? 0)] + (held[place] ?? []).map { $0.fixedValue ?? .infinity }
    }
    func precedes(_ a: [Double], _ b: [Double]) -> Bool {
      a.count == b.count ? a.lexicographicallyPrecedes(b) : a.count > b.count
    }
    places = (0..<k).sorted {
      keys[$0] == keys[$1] ? $0 < $1 : precedes(keys[$0], keys[$1])
    }
    var kinds: [Int] = []
    for (i, place) in places.enumerated() {
      let isNew = i > 0 && keys[place] != keys[places[i - 1]]
      kinds.append((kinds.last ?? 0) + (isNew ? 1 : 0))
    }
    self.kinds = kinds
    guard let last = kinds.last, last > 0 else { return nil }
    // Multinomial coefficient, as a product of binomial ones.
    var (count, before) = (1.0, 0)
    for kind in 0...last {
      for i in 1...kinds.count(where: { $0 == kind }) {
        before += 1
        count *= Double(before) / Double(i)
      }
    }
    self.count = count > Double(Self.most) ? Self.most + 1 : Int(count.rounded())
  }

  /// Other deals of what holds the places, as the new place of each: all, or where they are many exchanges of two, of
  /// these some at random.
  func others(most: Int, using random: inout CounterRandom) -> [[Int]] {
    let kinds = zip(places, kinds).sorted { $0.0 < $1.0 }.map(\.1)
    let own = Array(kinds.indices)
    guard count > Self.most else {
      return arrangements().map { deal(own, to: $0) }.filter { dealt in
        own.contains { kinds[$0] != kinds[dealt[$0]] }
      }
    }
    let all = own.flatMap { i in
      (0..<i).filter { kinds[$0] != kinds[i] }.map { j in
        var dealt = own
        dealt.swapAt(i, j)
        return dealt
      }
    }
    return all.count > most ? Array(all.shuffled(using: &random).prefix(most)) : all
  }

  /// Deals to be compared, as the place of each of what was drawn: all, or where they are many the one that gives the
  /// largest the first places, and others at random.
  ///
  /// - Parameter shares: How much of the rows belongs to each.
  func candidates(shares: [Double], using random: inout CounterRandom) -> [[Int]] {
    let largest = shares.indices.sorted { (-shares[$0], $0) < (-shares[$1], $1) }
    guard count > Self.most else {
      return arrangements().map { deal(largest, to: $0) }
    }
    var result = [deal(largest, to: Array(places.indices))]
    for _ in 1..<Self.most {
      result.append(deal(largest.shuffled(using: &random), to: Array(places.indices)))
    }
    return result
  }

  /// Gives what `order` lists to the places at these positions.
  private func deal(_ order: [Int], to positions: [Int]) -> [Int] {
    var result = places
    for (drawn, position) in zip(order, positions) { result[drawn] = places[position] }
    return result
  }

  /// All sequences of positions that differ in kinds, those of a kind ascending.
  private func arrangements() -> [[Int]] {
    var result: [[Int]] = [[]]
    for _ in places.indices {
      result = result.flatMap { sequence -> [[Int]] in
        let left = places.indices.filter { !sequence.contains($0) }
        let first = left.filter { i in !left.contains { $0 < i && kinds[$0] == kinds[i] } }
        return first.map { sequence + [$0] }
      }
    }
    return result
  }
}

/// The responsibilities of another rule, each in the place that it was dealt to.
struct DealtRule: PosteriorTransform {
  let base: any PosteriorTransform
  /// The place of what the base has at each.
  let places: [Int]

  var knowsRows: Bool { base.knowsRows }
  func isKnown(row: Int) -> Bool { base.isKnown(row: row) }

  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {
    base.transform(&joint, block: block, logDensity: &logDensity)
    let rows = block.rows
    let drawn = places.indices.map { k in
      let lanes = joint.lanes(k, rows)
      return lanes.indices.map { lanes[$0] }
    }
    for (place, values) in zip(places, drawn) {
      var lanes = joint[component: place]
      for i in 0..<rows { lanes[i] = values[i] }
    }
  }
}

extension Start {
  /// The same with what belongs to each component in the place that it was dealt to.
  func dealt(to places: [Int]) -> Start {
    switch self {
    case .responsibilities(let rule):
      return .responsibilities(DealtRule(base: rule, places: places))
    case .parameters(let list, let weights):
      guard list.count == places.count else { return self }
      var (dealtList, dealtWeights) = (list, weights)
      for (k, place) in places.enumerated() {
        dealtList[place] = list[k]
        if let weights, weights.count >= places.count { dealtWeights?[place] = weights[k] }
      }
      return .parameters(dealtList, weights: dealtWeights)
    }
  }
}
