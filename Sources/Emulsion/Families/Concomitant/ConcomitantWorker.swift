/// The components of a family, and mixing probabilities by row.
struct ConcomitantMixture<Base: SufficientStatistics>: PreparedMixture {
  let mixing: MixingLogit
  let base: any PreparedMixture<Base>
  /// K × q.
  let coefficients: [Double]

  func makeWorker(lanes: Int) -> any BlockWorker<ConcomitantSums<Base>> {
    ConcomitantWorker(self, base.makeWorker(lanes: lanes), lanes: lanes)
  }
}

/// One thread's probabilities, and the family's worker.
private final class ConcomitantWorker<Base: SufficientStatistics>: BlockWorker {
  private let mixture: ConcomitantMixture<Base>
  private let base: any BlockWorker<Base>
  private var covariates: LaneMatrix
  /// ln π of every row.
  private var logarithms: LaneMatrix
  private var sums: MixingSums

  private var width: Int { mixture.mixing.width }
  private var components: Int { mixture.coefficients.count / width }

  init(_ mixture: ConcomitantMixture<Base>, _ base: any BlockWorker<Base>, lanes: Int) {
    self.mixture = mixture
    self.base = base
    let q = mixture.mixing.width
    let k = mixture.coefficients.count / q
    covariates = LaneMatrix(rows: q, lanes: lanes)
    logarithms = LaneMatrix(rows: k, lanes: lanes)
    sums = MixingSums(components: k, width: q)
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    try base.addLogDensities(of: block, to: &joint)
    mixture.mixing.writeLogarithms(
      mixture.coefficients, block, scratch: &covariates, into: &logarithms)
    let k = components
    var totals = [Double].zeros(k)
    mixture.mixing.forEachRun(block) { run in
      for c in 0..<k {
        totals[c] = logarithms.lanes(c, block.rows)[run.lowerBound]
        let lanes = joint.lanes(c, block.rows)
        for i in run { totals[c] += lanes[i] }
      }
      // The rows of a run have one posterior; the first has the log-density of all, the others 0.
      let logSum = run.count > 1 ? logSumExp(totals) : 0
      for c in 0..<k {
        var lanes = joint[component: c]
        for i in run {
          lanes[i] = i == run.lowerBound || !logSum.isFinite ? totals[c] : totals[c] - logSum
        }
      }
    }
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    try base.accumulate(block, responsibilities: responsibilities)
    let (k, q) = (components, width)
    var (logs, shares, w) = ([Double].zeros(k), [Double].zeros(k), [Double].zeros(q))
    let isConstant = mixture.mixing.isConstant
    mixture.mixing.forEachRun(block) { run in
      let i = run.lowerBound
      for c in 0..<k {
        shares[c] = responsibilities.lanes(c, block.rows)[i]
        sums.shares[c] += shares[c]
        logs[c] = logarithms.lanes(c, block.rows)[i]
      }
      guard !isConstant else { return }
      for j in 0..<q { w[j] = covariates.lanes(j, block.rows)[i] }
      sums.add(shares, logarithms: logs, covariates: w)
    }
  }

  func takeStatistics() -> ConcomitantSums<Base> {
    var mixing = MixingSums(components: components, width: width)
    swap(&mixing, &sums)
    return ConcomitantSums(base: base.takeStatistics(), mixing: mixing)
  }
}

/// What a family expects of a response, with mixing probabilities by row.
struct ConcomitantResponder: Responder {
  let base: any Responder
  let mixing: MixingLogit
  /// K × q.
  let coefficients: [Double]

  var response: Int { base.response }
  var predictors: [Int] {
    base.predictors + mixing.covariates.columns.filter { !base.predictors.contains($0) }
  }

  func respond(to block: borrowing Block, means: inout LaneMatrix, weights: inout LaneMatrix) throws
  {
    try base.respond(to: block, means: &means, weights: &weights)
    var scratch = LaneMatrix(rows: mixing.width, lanes: block.rows)
    mixing.writeLogarithms(coefficients, block, scratch: &scratch, into: &weights)
    for c in 0..<coefficients.count / mixing.width {
      var row = weights[row: c]
      for i in 0..<block.rows { row[i] = exponential(row[i]) }
    }
  }
}
