/// Posteriors of mixing weights: a Dirichlet distribution, or a Dirichlet process cut off after K sticks (Blei & Jordan
/// 2006).
struct VariationalWeights: Sendable {
  /// The concentrations of each component.
  let concentrations: [[Double]]
  /// E ln πₖ.
  let expectedLogs: [Double]
  /// E πₖ, made to sum to 1.
  let means: [Double]
  /// ln of what the distribution must be divided by.
  let logNorm: Double

  /// From the summed responsibilities of each component.
  init(counts: [Double], _ prior: VariationalBayes.Weights, concentration: Double) {
    switch prior {
    case .dirichlet: self.init(concentrations: counts.map { [concentration + $0] })
    case .dirichletProcess:
      var rest = 0.0
      var sticks: [[Double]] = []
      for count in counts.reversed() {
        sticks.append([1 + count, concentration + rest])
        rest += count
      }
      self.init(concentrations: sticks.reversed())
    }
  }

  /// The distribution with these concentrations: one a component, or two.
  init(concentrations: [[Double]]) {
    self.concentrations = concentrations
    let isDirichlet = concentrations.allSatisfy { $0.count == 1 }
    if isDirichlet {
      let values = concentrations.map { $0[0] }
      let total = values.reduce(0, +)
      let digammaOfTotal = SpecialFunctions.digamma(total)
      expectedLogs = values.map { SpecialFunctions.digamma($0) - digammaOfTotal }
      means = values.map { $0 / total }
      logNorm =
        values.reduce(0) { $0 + Elementary.logGamma($1) } - Elementary.logGamma(total)
      return
    }
    var (passed, left, norm) = (0.0, 1.0, 0.0)
    var (logs, shares): ([Double], [Double]) = ([], [])
    for pair in concentrations {
      let (a, b) = (pair[0], pair[1])
      let both = SpecialFunctions.digamma(a + b)
      logs.append(passed + SpecialFunctions.digamma(a) - both)
      passed += SpecialFunctions.digamma(b) - both
      shares.append(left * a / (a + b))
      left *= b / (a + b)
      norm +=
        Elementary.logGamma(a) + Elementary.logGamma(b) - Elementary.logGamma(a + b)
    }
    let sum = shares.reduce(0, +)
    (expectedLogs, means, logNorm) = (logs, shares.map { $0 / sum }, norm)
  }
}
