/// Independent columns of an exponential family, each about its component's own centre: slower than the
/// products of the natural form, and right where these lose digits.
struct CentredColumns<Density: UnivariateExponentialFamily>: PreparedMixture {
  let density: Density
  /// K × d.
  let forms: [[any CenteredDensity]]

  func makeWorker(lanes: Int) -> any BlockWorker<FeatureSums> {
    CentredColumnsWorker(self, lanes: lanes)
  }
}

private final class CentredColumnsWorker<Density: UnivariateExponentialFamily>: BlockWorker {
  private let mixture: CentredColumns<Density>
  private let columns: Int
  /// The features of every component and column, K × F rows.
  private var features: LaneMatrix
  private var baseMeasure: LaneMatrix
  private var sums: FeatureSums

  init(_ mixture: CentredColumns<Density>, lanes: Int) {
    self.mixture = mixture
    columns = mixture.forms.first?.count ?? 0
    sums = Self.empty(mixture)
    features = LaneMatrix(rows: sums.values.count, lanes: lanes)
    baseMeasure = LaneMatrix(rows: 1, lanes: lanes)
  }

  private static func empty(_ mixture: CentredColumns<Density>) -> FeatureSums {
    FeatureSums(
      components: mixture.forms.count,
      features: (mixture.forms.first?.count ?? 0) * mixture.density.featureCount)
  }

  private func row(_ k: Int, _ j: Int) -> Int {
    (k * columns + j) * mixture.density.featureCount
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) {
    for (k, forms) in mixture.forms.enumerated() {
      for (j, form) in forms.enumerated() {
        let values = block.column(j)
        form.writeFeatures(of: values, into: &features, row: row(k, j))
        var lanes = joint[component: k]
        form.addLogDensity(of: values, features: features, row: row(k, j), to: &lanes)
      }
    }
    guard mixture.density.hasBaseMeasure else { return }
    baseMeasure.fill([0], count: block.rows)
    for j in 0..<columns {
      var lanes = baseMeasure[row: 0]
      mixture.density.addCenteredBaseMeasure(of: block.column(j), to: &lanes)
    }
    joint.lanes.addToAllRows(baseMeasure, count: block.rows)
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) {
    let width = sums.features
    for k in mixture.forms.indices {
      let weights = responsibilities.lanes(k, block.rows)
      for i in k * width..<(k + 1) * width {
        // What is too far for the doubles has no weight.
        sums.values[i] += Lanes.weightedSum(features.lanes(i, block.rows), weights)
      }
    }
  }

  func takeStatistics() -> FeatureSums {
    defer { sums = Self.empty(mixture) }
    return sums
  }
}

/// The natural form in the place of a centred one, for families that have none.
struct UncenteredDensity<Family: UnivariateExponentialFamily>: CenteredDensity {
  let family: Family
  let parameters: [Double]

  func writeFeatures(of values: Span<Double>, into features: inout LaneMatrix, row: Int) {
    for i in 0..<family.featureCount {
      var lanes = features[row: row + i]
      family.writeFeature(i, of: values, into: &lanes)
    }
  }

  func addLogDensity(
    of values: Span<Double>, features: borrowing LaneMatrix, row: Int,
    to lanes: inout MutableSpan<Double>
  ) {
    let form = family.naturalForm(parameters)
    for r in values.indices { lanes[r] += form.constant }
    for (i, eta) in form.eta.enumerated() {
      let feature = features.lanes(row + i, values.count)
      for r in values.indices { lanes[r] += eta * feature[r] }
    }
  }

  func estimate(sums: [Double], count: Double) -> [Double] {
    family.estimate(sums: sums, count: count, previous: parameters)
  }

  func logLikelihood(sums: [Double], count: Double, at parameters: [Double]) -> Double {
    let form = family.naturalForm(parameters)
    return zip(form.eta, sums).reduce(count * form.constant) { $0 + $1.0 * $1.1 }
  }
}
