/// Deterministic annealing EM (Ueda & Nakano 1998): responsibilities ∝ (πₖ p(x|k))^β, with β that grows to 1.
///
/// Small β keep all components near the mean of the data; they part where the data force them to, so that
/// the optimum depends less on the start.
public struct AnnealedEM: Algorithm {
  /// β in the first iteration, in (0, 1].
  public var start: Double
  /// What β is multiplied by in each iteration, above 1.
  public var rate: Double

  /// Makes the algorithm.
  public init(start: Double = 0.5, rate: Double = 1.1) { (self.start, self.rate) = (start, rate) }

  /// `annealing`.
  public var name: String { "annealing" }

  /// Posterior probabilities of the tempered joint densities.
  public func rule(_ step: AlgorithmStep) -> any PosteriorTransform {
    let beta = temper(step.iteration)
    return beta < 1 ? TemperedSoftmax(beta: beta) : Softmax()
  }

  /// Whether β has come to 1.
  public func ascends(iteration: Int) -> Bool { temper(iteration) >= 1 }

  private func temper(_ iteration: Int) -> Double {
    var beta = start
    var count = 0
    while count < iteration && beta < 1 {
      beta *= rate
      count += 1
    }
    return min(1, beta)
  }
}

/// γ ∝ exp(β·joint).
struct TemperedSoftmax: PosteriorTransform {
  let beta: Double

  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {
    let rows = block.rows
    joint.normalise(rows: rows, logDensity: &logDensity)
    for i in 0..<rows {
      var sum = 0.0
      for k in 0..<joint.components {
        var lanes = joint[component: k]
        lanes[i] = exponential(beta * naturalLog(lanes[i]))
        sum += lanes[i]
      }
      for k in 0..<joint.components {
        var lanes = joint[component: k]
        lanes[i] /= sum
      }
    }
  }
}
