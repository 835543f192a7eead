import Emulsion

/// One latent class: the probabilities of every level, one column after another.
public struct CategoricalComponent: MixtureComponent {
  let probabilities: [Double]
}

/// Columns of codes, independent given the component; the features are indicators of the levels.
public struct CategoricalFamily: ExponentialFamily, Codable {
  /// The levels of each column, ascending.
  let levels: [[Double]]
  /// What is tied or fixed of the probabilities of every level, one column after another.
  var restricted: [ParameterRole]?
  /// The levels of each column that rows of weight 0 alone have; their probability is 0. None where `nil`.
  var absent: [[Double]]?
  /// The names of the columns, where some are of texts.
  private(set) var columns: [String]?
  /// Their texts.
  private var texts = ColumnLevels.none

  private enum CodingKeys: String, CodingKey {
    case levels, restricted, absent, columns
  }

  init(levels: [[Double]]) { self.levels = levels }

  /// Names the levels of columns of which some are of texts.
  ///
  /// - Throws: `invalid-data` where a level is the code of no text.
  mutating func name(columns: [String], _ texts: ColumnLevels) throws {
    self.texts = texts.selecting(columns)
    self.columns = self.texts.isEmpty ? nil : columns
    guard columns.count == dimension else {
      throw EmulsionError(.invalidData, "the columns of a categorical family don't fit its levels")
    }
    for (name, codes) in zip(columns, levels) where texts[name] != nil {
      guard codes.allSatisfy({ texts.text(of: $0, in: name) != nil }) else {
        throw EmulsionError(
          .invalidData, "a level of column \"\(name)\" stands for none of its texts")
      }
    }
  }

  /// The same of some of the columns, with nothing restricted.
  func selecting(_ positions: [Int]) -> CategoricalFamily {
    var family = CategoricalFamily(levels: positions.map { levels[$0] })
    family.absent = absent.map { absent in positions.map { absent[$0] } }
    guard let columns else { return family }
    let own = positions.map { columns[$0] }
    family.texts = texts.selecting(own)
    family.columns = family.texts.isEmpty ? nil : own
    return family
  }

  /// `categorical`.
  public var name: String { "categorical" }
  /// The number of columns.
  public var dimension: Int { levels.count }
  /// One indicator a level.
  public var featureCount: Int { levels.reduce(0) { $0 + $1.count } }

  /// The levels of column `j`.
  public func support(ofColumn j: Int) -> Support {
    let levels = levels[j]
    let list = levels.prefix(10).map { level in
      columns.flatMap { texts.text(of: level, in: $0[j]) }.map(ColumnLevels.shown)
        ?? Int(exactly: level).map(String.init) ?? "\(level)"
    }
    let text = list.joined(separator: ", ") + (levels.count > 10 ? ", …" : "")
    let absent = absent?[j] ?? []
    return Support("the levels \(text) there") { levels.contains($0) || absent.contains($0) }
  }

  /// True.
  public func holdsCodes(inColumn j: Int) -> Bool { true }

  /// The columns with values; of the others what is expected, their probabilities.
  public func prepare(_ components: [CategoricalComponent], observing positions: [Int]) throws
    -> any PreparedMixture<FeatureSums>
  {
    let ranges = ranges
    let part = positions.map { ranges[$0] }
    let own = components.map { component in
      CategoricalComponent(probabilities: part.flatMap { component.probabilities[$0] })
    }
    let mixture = positions.isEmpty ? nil : try selecting(positions).prepare(own)
    let width = featureCount
    return ObservedMixture<FeatureSums, FeatureSums>(
      mixture, columns: positions, components: components.count
    ) { sums, counts in
      var result = FeatureSums(components: components.count, features: width)
      for (k, component) in components.enumerated() {
        for f in 0..<width { result.values[k * width + f] = counts[k] * component.probabilities[f] }
        guard let sums else { continue }
        for (f, value) in zip(part.joined(), sums[k]) { result.values[k * width + f] = value }
      }
      return result
    }
  }

  /// All levels alike.
  public func noiseRegion(from lowest: [Double], to highest: [Double]) -> UniformRegion {
    UniformRegion(levels.map { .levels($0) })
  }

  /// The indices of the features of each column.
  var ranges: [Range<Int>] {
    var start = 0
    return levels.map { list in
      defer { start += list.count }
      return start..<start + list.count
    }
  }

  /// All levels alike.
  public func neutralComponents(_ k: Int) -> [CategoricalComponent] {
    let probabilities = levels.flatMap { list in list.map { _ in 1 / Double(list.count) } }
    return Array(repeating: CategoricalComponent(probabilities: probabilities), count: k)
  }

  /// 1 where a value is the level, else 0.
  public func writeFeatures(
    of block: borrowing Block, about reference: [Double], into features: inout LaneMatrix
  ) {
    for (j, range) in ranges.enumerated() {
      let values = block.column(j)
      for (f, level) in zip(range, levels[j]) {
        var lanes = features[row: f]
        for i in values.indices { lanes[i] = values[i] == level ? 1 : 0 }
      }
    }
  }

  /// η = ln p; a probability of 0 is evaluated as e⁻⁷⁰⁰.
  public func writeNaturalParameters(
    of component: CategoricalComponent, about reference: [Double],
    into eta: inout MutableSpan<Double>
  ) -> Double {
    for (f, p) in component.probabilities.enumerated() {
      eta[f] = Elementary.log(p, atLeast: -700)
    }
    return 0
  }

  /// Whether some levels have no features.
  public var hasBaseMeasure: Bool { absent != nil }

  /// Adds the logarithm of the probability 0 of absent levels, as if it were e⁻⁷⁰⁰.
  public func addLogBaseMeasure(of block: borrowing Block, to lanes: inout MutableSpan<Double>) {
    for (j, list) in (absent ?? []).enumerated() where !list.isEmpty {
      let values = block.column(j)
      for i in values.indices where list.contains(values[i]) { lanes[i] -= 700 }
    }
  }

  /// Weighted shares; a component without rows keeps its own.
  public func estimate(
    _ statistics: FeatureSums, counts: [Double], previous: [CategoricalComponent]
  ) -> [CategoricalComponent] {
    shared(previous, previous.indices.map { Array(statistics[$0]) })
  }

  /// The shares of the sums of each level; where there are none, those of the components.
  private func shared(_ components: [CategoricalComponent], _ sums: [[Double]])
    -> [CategoricalComponent]
  {
    var result = components.map(\.probabilities)
    for (range, shares) in zip(ranges, shares) {
      let found = shares.maximum(
        of: sums.map { $0[range] }, previous: components.map { $0.probabilities[range] })
      for k in components.indices { result[k].replaceSubrange(range, with: found[k]) }
    }
    return result.map { CategoricalComponent(probabilities: $0) }
  }

  /// The rule of each column.
  private var shares: [ConstrainedShares] {
    ranges.map { range in
      ConstrainedShares(restricted.map { Array($0[range]) } ?? range.map { _ in .free })
    }
  }

  /// One less than the levels, a column and component, less what is tied or fixed.
  public func freeParameters(_ components: [CategoricalComponent]) -> Int {
    shares.reduce(0) { $0 + $1.freeParameters(components: components.count) }
  }

  /// What is tied or fixed; the zeros that fill up rows stay.
  public var roles: [ParameterRole] {
    guard let restricted else { return [] }
    let width = levels.map(\.count).max() ?? 0
    return ranges.flatMap { range in
      restricted[range] + Array(repeating: .fixed(0), count: width - range.count)
    }
  }

  /// Scales what is free, so that probabilities sum to 1 beside what is tied and fixed.
  public func keeping(_ components: [CategoricalComponent], weights: [Double])
    -> [CategoricalComponent]
  { shared(components, zip(components, weights).map { c, w in c.probabilities.map { $0 * w } }) }

  /// No probability falls below a sixteenth of what it was.
  public func restrained(_ far: [CategoricalComponent], from near: [CategoricalComponent])
    -> [CategoricalComponent]?
  {
    guard restricted == nil else { return withinDomains(far) }
    return withinDomains(
      zip(far, near).map { far, near in
        let kept = zip(far.probabilities, near.probabilities).map { max($0, $1 / 16) }
        return CategoricalComponent(
          probabilities: ranges.flatMap { range in
            let sum = kept[range].reduce(0, +)
            return kept[range].map { $0 / sum }
          })
      })
  }

  /// The family with what the context restricts.
  ///
  /// - Throws: `invalid-option` for what does not fit the levels.
  func constrained(in context: FamilyContext) throws -> CategoricalFamily {
    let width = levels.map(\.count).max() ?? 0
    let all = try context.roles(
      of: parameters(of: neutralComponents(1)[0]), family: name,
      domains: ["probabilities": .unitInterval])
    var family = self
    family.restricted = ranges.indices.flatMap { j in
      all[j * width..<j * width + levels[j].count]
    }
    for (shares, name) in zip(family.shares, context.data.columnNames) {
      try shares.check("the probabilities of column \"\(name)\"")
    }
    return family
  }

  /// Draws a level of every column.
  public func sample(_ component: CategoricalComponent, using random: inout CounterRandom)
    -> [Double]
  {
    zip(levels, ranges).map { list, range in
      list[random.index(weights: Array(component.probabilities[range]))]
    }
  }
}

extension CategoricalFamily {
  /// `probabilities`: a number a level, or for several columns a row each, filled up with zeros.
  public func parameters(of component: CategoricalComponent) -> [NamedParameter] {
    guard dimension > 1 else {
      return [NamedParameter("probabilities", .vector(component.probabilities), labels: titles[0])]
    }
    var matrix = Matrix(rows: dimension, columns: levels.map(\.count).max() ?? 0)
    var labels = [String](repeating: "", count: matrix.values.count)
    for (j, range) in ranges.enumerated() {
      for (l, f) in range.enumerated() {
        matrix[j, l] = component.probabilities[f]
        labels[j * matrix.columns + l] = titles[j][l]
      }
    }
    return [NamedParameter("probabilities", .matrix(matrix), labels: labels)]
  }

  /// Probabilities of a column's levels sum to 1.
  public func transform(ofParameter name: String) -> ParameterTransform { .simplex }

  /// What the levels are called: `q1=yes` where columns are of texts, else `p2(1)`, of a single column `p(1)`.
  private var titles: [[String]] {
    levels.enumerated().map { j, list in
      list.map { level in
        let number = level.formatted(significant: 6)
        guard let name = columns?[j] else {
          return "p\(dimension > 1 ? "\(j + 1)" : "")(\(number))"
        }
        return "\(name)=" + (texts.text(of: level, in: name).map(ColumnLevels.shown) ?? number)
      }
    }
  }

  /// A component from its probabilities, which are scaled to sum to exactly 1.
  public func component(from parameters: [String: ParameterValue]) throws -> CategoricalComponent {
    let width = levels.map(\.count).max() ?? 0
    var parameters = parameters
    if case .matrix(let matrix) = parameters["probabilities"] {
      guard matrix.rows == dimension, matrix.columns == width else {
        throw wrong("are \(matrix.rows) × \(matrix.columns), not \(dimension) × \(width)")
      }
      parameters["probabilities"] = .vector(matrix.values)
    }
    var reader = ParameterReader(parameters, of: name)
    let values = try reader.numbers(
      "probabilities", count: dimension * width, in: .nonNegative)
    try reader.finish()
    let probabilities = try levels.enumerated().flatMap { j, list in
      let row = values[j * width..<(j + 1) * width]
      let used = row.prefix(list.count)
      let sum = used.reduce(0, +)
      guard abs(sum - 1) <= 1e-4, row.reduce(0, +) == sum else {
        throw wrong("of column \(j + 1) sum to \(sum), not to 1 over its \(list.count) levels")
      }
      return used.map { $0 / sum }
    }
    return CategoricalComponent(probabilities: probabilities)
  }

  private func wrong(_ problem: String) -> EmulsionError {
    EmulsionError(
      .invalidOption,
      "a start's component of the family \"\(name)\": probabilities \(problem)")
  }

  /// Reads back a component that fits the levels.
  public func decodeComponent(from decoder: any Decoder) throws -> CategoricalComponent {
    let component = try CategoricalComponent(from: decoder)
    guard component.probabilities.count == featureCount,
      component.probabilities.allSatisfy({ $0 >= 0 && $0 <= 1 })
    else { throw EmulsionError(.invalidData, "a component's probabilities don't fit the levels") }
    return component
  }
}
