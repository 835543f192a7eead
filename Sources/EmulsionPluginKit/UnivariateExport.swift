import CEmulsionPlugin
import Emulsion

/// A family of one number; parameters and sums of independent columns.
struct UnivariateExport<Family: UnivariateExponentialFamily>: ExportedFamily {
  let family: Family
  private let list: [UnivariateParameter]

  init(_ family: Family) {
    self.family = family
    list = family.parameters
  }

  var name: String { family.name }
  var columns: Int { 0 }
  var maximumThreads: Int { 0 }
  var parameters: [(name: String, domain: String, shape: Int32)] {
    list.map { ($0.name, $0.domain.description, EMULSION_VECTOR) }
  }
  var support: String { family.support.description }

  func supports(_ column: Int, _ value: Double) -> Bool { family.support.contains(value) }
  func allows(_ parameter: Int, _ value: Double) -> Bool { list[parameter].domain.contains(value) }
  func statisticCount(_ columns: Int) -> Int { columns * family.featureCount }

  func neutral(_ columns: Int) -> [Double] {
    list.flatMap { Array(repeating: $0.neutral, count: columns) }
  }

  /// The parameters of column `j`; the interface has one parameter's numbers side by side.
  private func own(_ parameters: [Double], _ j: Int, of columns: Int) -> [Double] {
    list.indices.map { parameters[$0 * columns + j] }
  }

  /// One parameter's numbers side by side.
  private func joined(_ columns: [[Double]]) -> [Double] {
    list.indices.flatMap { p in columns.map { $0[p] } }
  }

  /// The form about a centre that a column's parameters ask for; `nil` for the natural one.
  private func centred(_ parameters: [Double]) -> (any CenteredDensity)? {
    family.needsCenter(parameters) ? family.centered(at: parameters) : nil
  }

  /// Calls `body` with every feature of column `j`, about its centre where it has one.
  private func withFeatures(
    of block: borrowing Block, column j: Int, about centre: (any CenteredDensity)?,
    _ body: (_ feature: Int, Span<Double>) -> Void
  ) {
    if let centre {
      var features = LaneMatrix(rows: family.featureCount, lanes: block.rows)
      centre.writeFeatures(of: block.column(j), into: &features, row: 0)
      for i in 0..<family.featureCount { body(i, features.lanes(i, block.rows)) }
      return
    }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: block.rows) { scratch in
      scratch.initialize(repeating: 0)
      for i in 0..<family.featureCount {
        var lanes = scratch.mutableSpan
        family.writeFeature(i, of: block.column(j), into: &lanes)
        body(i, UnsafeBufferPointer(scratch).span)
      }
    }
  }

  func addLogDensity(
    of block: borrowing Block, _ parameters: [Double], to lanes: inout MutableSpan<Double>
  ) {
    let rows = block.rows
    for j in 0..<block.columns {
      let own = own(parameters, j, of: block.columns)
      if let centre = centred(own) {
        var features = LaneMatrix(rows: family.featureCount, lanes: rows)
        centre.writeFeatures(of: block.column(j), into: &features, row: 0)
        centre.addLogDensity(of: block.column(j), features: features, row: 0, to: &lanes)
        family.addCenteredBaseMeasure(of: block.column(j), to: &lanes)
        continue
      }
      let form = family.naturalForm(own)
      for r in 0..<rows { lanes[r] += form.constant }
      withFeatures(of: block, column: j, about: nil) { i, values in
        for r in 0..<rows { lanes[r] += form.eta[i] * values[r] }
      }
      family.addLogBaseMeasure(of: block.column(j), to: &lanes)
    }
  }

  func accumulate(
    _ block: borrowing Block, weights: Span<Double>, _ parameters: [Double],
    into sums: UnsafeMutableBufferPointer<Double>
  ) {
    for j in 0..<block.columns {
      let centre = centred(own(parameters, j, of: block.columns))
      withFeatures(of: block, column: j, about: centre) { i, values in
        sums[j * family.featureCount + i] += Lanes.dot(weights, values)
      }
    }
  }

  func estimate(_ columns: Int, sums: [Double], count: Double, previous: [Double]) -> [Double] {
    let width = family.featureCount
    return joined(
      (0..<columns).map { j in
        let (own, sums) = (
          own(previous, j, of: columns), Array(sums.dropFirst(j * width).prefix(width))
        )
        return centred(own)?.estimate(sums: sums, count: count)
          ?? family.estimate(sums: sums, count: count, previous: own)
      })
  }

  func sample(_ columns: Int, _ parameters: [Double], using random: inout CounterRandom)
    -> [Double]
  { (0..<columns).map { family.sample(own(parameters, $0, of: columns), using: &random) } }

  func freeParameters(_ columns: Int, components: Int) -> Int { list.count * columns * components }

  func moments(_ columns: Int, _ parameters: [Double]) -> Moments? {
    let own = (0..<columns).compactMap { family.moments(self.own(parameters, $0, of: columns)) }
    guard own.count == columns else { return nil }
    return Moments(
      mean: own.map(\.mean), covariance: Covariance(variances: own.map(\.variance)))
  }

  func problem(_ columns: Int, _ parameters: [Double], count: Double) -> String? {
    for j in 0..<columns {
      if let problem = family.problem(own(parameters, j, of: columns), count: count) {
        return problem
      }
    }
    return nil
  }
}

extension UnivariateExport: ExportedNaturalForm {
  func writeFeatures(
    of block: borrowing Block, into lanes: UnsafeMutablePointer<Double>, stride: Int
  ) {
    for j in 0..<block.columns {
      for i in 0..<family.featureCount {
        var row = UnsafeMutableBufferPointer(
          start: lanes + (j * family.featureCount + i) * stride, count: block.rows
        ).mutableSpan
        family.writeFeature(i, of: block.column(j), into: &row)
      }
    }
  }

  func naturalForm(_ columns: Int, _ parameters: [Double]) -> (eta: [Double], offset: Double)? {
    var (eta, offset): ([Double], Double) = ([], 0)
    for j in 0..<columns {
      let own = own(parameters, j, of: columns)
      if family.hasCenters && family.needsCenter(own) { return nil }
      let form = family.naturalForm(own)
      eta += form.eta
      offset += form.constant
    }
    return (eta, offset)
  }

  var hasBaseMeasure: Bool { family.hasBaseMeasure }

  func addLogBaseMeasure(of block: borrowing Block, to lanes: inout MutableSpan<Double>) {
    for j in 0..<block.columns { family.addLogBaseMeasure(of: block.column(j), to: &lanes) }
  }
}
