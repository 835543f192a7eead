import Emulsion

struct MixingRegressionMixture: PreparedMixture {
  let family: MixingRegressionFamily
  let base: any PreparedMixture<RegressionSums>
  /// K × q.
  let coefficients: [Double]

  func makeWorker(lanes: Int) -> any BlockWorker<MixingRegressionSums> {
    MixingRegressionWorker(self, lanes: lanes)
  }
}

/// One thread's probabilities, and the regressions' worker.
private final class MixingRegressionWorker: BlockWorker {
  private let mixture: MixingRegressionMixture
  private let base: any BlockWorker<RegressionSums>
  private var covariates: LaneMatrix
  /// ln π of every row.
  private var logarithms: LaneMatrix
  private var sums: MixingSums

  private var width: Int { mixture.family.mixing.width }
  private var components: Int { mixture.coefficients.count / width }

  init(_ mixture: MixingRegressionMixture, lanes: Int) {
    self.mixture = mixture
    base = mixture.base.makeWorker(lanes: lanes)
    let q = mixture.family.mixing.width
    let k = mixture.coefficients.count / q
    covariates = LaneMatrix(rows: q, lanes: lanes)
    logarithms = LaneMatrix(rows: k, lanes: lanes)
    sums = MixingSums(components: k, width: q)
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    try base.addLogDensities(of: block, to: &joint)
    writeLogarithms(block)
    let k = components
    var totals = [Double](repeating: 0, count: k)
    mixture.family.mixing.forEachRun(block) { run in
      for c in 0..<k {
        totals[c] = logarithms.lanes(c, block.rows)[run.lowerBound]
        let lanes = joint.lanes(c, block.rows)
        for i in run { totals[c] += lanes[i] }
      }
      // The rows of a run have one posterior; the first has the log-density of all, the others 0.
      let logSum = run.count > 1 ? Self.logSumExp(totals) : 0
      for c in 0..<k {
        var lanes = joint[component: c]
        for i in run {
          lanes[i] = i == run.lowerBound || !logSum.isFinite ? totals[c] : totals[c] - logSum
        }
      }
    }
  }

  private static func logSumExp(_ values: [Double]) -> Double {
    guard let largest = values.max(), largest.isFinite else { return -.infinity }
    return largest + Elementary.log(values.reduce(0) { $0 + Elementary.exp($1 - largest) })
  }

  private func writeLogarithms(_ block: borrowing Block) {
    let k = components
    mixture.family.mixing.predictors.write(block, into: &covariates)
    for c in 0..<k {
      var lanes = logarithms[row: c]
      for i in lanes.indices { lanes[i] = 0 }
    }
    logarithms.add(mixture.coefficients, times: covariates, count: block.rows)
    var values = [Double](repeating: 0, count: k)
    for i in 0..<block.rows {
      for c in 0..<k { values[c] = logarithms.lanes(c, block.rows)[i] }
      let logSum = Self.logSumExp(values)
      for c in 0..<k {
        var lanes = logarithms[row: c]
        lanes[i] = values[c] - logSum
      }
    }
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    try base.accumulate(block, responsibilities: responsibilities)
    let (k, q) = (components, width)
    let order = k * q
    var probabilities = [Double](repeating: 0, count: k)
    var shares = probabilities
    var w = [Double](repeating: 0, count: q)
    let isConstant = mixture.family.mixing.isConstant
    mixture.family.mixing.forEachRun(block) { run in
      let i = run.lowerBound
      for c in 0..<k {
        shares[c] = responsibilities.lanes(c, block.rows)[i]
        sums.shares[c] += shares[c]
      }
      guard !isConstant else { return }
      let total = shares.reduce(0, +)
      for j in 0..<q { w[j] = covariates.lanes(j, block.rows)[i] }
      for c in 0..<k {
        let logarithm = logarithms.lanes(c, block.rows)[i]
        probabilities[c] = Elementary.exp(logarithm)
        if shares[c] > 0 { sums.objective += shares[c] * logarithm }
        for j in 0..<q { sums.slopes[c * q + j] += (shares[c] - total * probabilities[c]) * w[j] }
      }
      for a in 0..<k {
        for b in 0..<k {
          let factor = total * probabilities[a] * ((a == b ? 1 : 0) - probabilities[b])
          for j in 0..<q {
            for l in 0..<q {
              sums.curvature[(a * q + j) * order + b * q + l] += factor * w[j] * w[l]
            }
          }
        }
      }
    }
  }

  func takeStatistics() -> MixingRegressionSums {
    var mixing = MixingSums(components: components, width: width)
    swap(&mixing, &sums)
    return MixingRegressionSums(regression: base.takeStatistics(), mixing: mixing)
  }
}
