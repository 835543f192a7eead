extension ParameterSpace {
  /// Coordinates of loadings, those along which they only turn left out.
  mutating func addLoadings(
    _ parameter: NamedParameter, _ range: Range<Int>, _ pattern: FactorPattern, _ units: [Double]
  ) {
    if !pattern.isIdentified(components: base.parameters.count, dimension: units.count) {
      remedy = "use fewer factors: the columns can't identify these (Ledermann 1937)"
    }
    for (owner, targets) in groups(range, isShared: pattern.sharesLoadings) {
      let first = targets[0]
      let loadings = Matrix(
        rows: range.count / pattern.factors, columns: pattern.factors,
        values: Array(base.parameters[first][range]))
      guard let chart = LoadingsChart(loadings, units: units) else {
        addBorder(told(owner, parameter.name))
        continue
      }
      add(Array(repeating: told(owner, parameter.name), count: chart.count)) { x, numbers in
        let moved = chart.loadings(at: x).values
        for k in targets { numbers.parameters[k].replaceSubrange(range, with: moved) }
      }
    }
  }

  /// Logarithms of uniquenesses. What is at the floor stays there.
  mutating func addUniquenesses(
    _ parameter: NamedParameter, _ range: Range<Int>, _ pattern: FactorPattern, _ floors: [Double]
  ) {
    let titles = titles(of: parameter)
    for (owner, targets) in groups(range, isShared: pattern.sharesUniquenesses) {
      let places = range.enumerated().map { $0 }
      for columns in pattern.isIsotropic ? [places] : places.map({ [$0] }) {
        let (j, i) = columns[0]
        let name = told(owner, pattern.isIsotropic ? parameter.name : titles[j])
        let value = base.parameters[targets[0]][i]
        guard value > 1.01 * floors[j], value.isFinite else {
          addBorder(name)
          continue
        }
        add([name]) { x, numbers in
          for k in targets {
            for (_, i) in columns { numbers.parameters[k][i] = value * exponential(x[0]) }
          }
        }
      }
    }
  }

  /// The components that have these numbers in common, and which one they are told of; fixed ones are left out.
  private func groups(_ range: Range<Int>, isShared: Bool) -> [(owner: Int?, targets: [Int])] {
    let free = base.parameters.indices.filter { k in
      !roles[k][range].contains { $0.fixedValue != nil }
    }
    guard !free.isEmpty else { return [] }
    let isTied = isShared || roles[0][range].allSatisfy { $0 == .tied }
    return isTied ? [(nil, free)] : free.map { ($0, [$0]) }
  }
}
