import Emulsion

/// The family beside a noise component.
extension FamilyTrial {
  func noiseProblems() throws -> [String] {
    let rows = try source(draw(600))
    let (plain, noisy) = (try fit(rows) { begin(&$0) }, try fit(rows) { beginNoisy(&$0) })
    return try densityProblems(rows, plain, noisy) + traceProblems(rows) + drawProblems(noisy)
  }

  private func begin(_ options: inout FitOptions) { options.maximumIterations = 0 }

  /// A fifth of the rows is noise.
  private func beginNoisy(_ options: inout FitOptions) {
    let share = 0.8 / Double(components.count)
    options.noise = true
    options.maximumIterations = 0
    options.initializer = GivenParameters(
      example.components, weights: Array(repeating: share, count: components.count) + [0.2])
  }

  /// p = 0.8 p(x | components) + 0.2 p(x | noise), row by row.
  private func densityProblems(_ rows: MatrixSource, _ plain: Model, _ noisy: Model) throws
    -> [String]
  {
    guard let noise = noisy.noise else { return ["a fit with noise has none"] }
    guard family.traits.groupColumn == nil else { return [] }
    let (alone, both) = (try plain.logDensity(rows), try noisy.logDensity(rows))
    for (row, (a, b)) in zip(alone, both).enumerated() {
      let density = 0.8 * Elementary.exp(a) + 0.2 * Elementary.exp(noise.region.logDensity)
      guard !areClose(Elementary.exp(b), density, 1e-9) else { continue }
      return ["beside noise the density of row \(row + 1) is e^\(b), not \(density)"]
    }
    return []
  }

  private func traceProblems(_ rows: MatrixSource) throws -> [String] {
    let model = try fit(rows) {
      beginNoisy(&$0)
      ($0.maximumIterations, $0.tolerance) = (50, 0)
    }
    return model.firstFall.map { ["beside noise the log-likelihood \($0)"] } ?? []
  }

  private func drawProblems(_ noisy: Model) throws -> [String] {
    guard example.drawsRows else { return [] }
    let (drawn, labels) = try noisy.sample(500, seed: 3)
    for (row, label) in labels.enumerated() where label == Noise.label {
      for j in 0..<drawn.columns where !family.traits.support(ofColumn: j).contains(drawn[row, j]) {
        return ["\(drawn[row, j]), drawn as noise, is none of what column \(j + 1) takes"]
      }
    }
    return labels.contains(Noise.label) ? [] : ["no row was drawn as noise"]
  }
}
