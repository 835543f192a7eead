/// Stochastic EM (Celeux & Diebolt 1985): the component of every row is drawn from its posterior.
///
/// Iterations are a Markov chain that saddles and poor optima don't hold. After a burn-in its parameters
/// are averaged; the result is the better of one EM step from their mean and the best place that the chain
/// came to.
public struct StochasticEM: Algorithm {
  /// Iterations before those that count.
  public var burnIn: Int
  /// Iterations whose parameters are averaged.
  public var average: Int

  /// Makes the algorithm.
  public init(burnIn: Int = 100, average: Int = 100) {
    (self.burnIn, self.average) = (max(0, burnIn), max(1, average))
  }

  /// `sem`.
  public var name: String { "sem" }
  /// A component of each row, drawn.
  public func rule(_ step: AlgorithmStep) -> any PosteriorTransform { DrawnAssignment(step) }
  /// False.
  public func ascends(iteration: Int) -> Bool { false }
  /// Those after the burn-in.
  public var averaging: Range<Int>? { burnIn + 1..<burnIn + average + 1 }
}

/// All weight on one component, drawn from the posterior probabilities.
///
/// What is drawn is a function of seed, restart, iteration and row.
struct DrawnAssignment: PosteriorTransform {
  private let seed: UInt64
  private let restart: Int

  init(_ step: AlgorithmStep) {
    var stream = CounterRandom(seed: step.seed, restart: step.restart, purpose: .assignments)
    for _ in 0..<2 { _ = stream.next() }
    seed = stream.next() &+ UInt64(truncatingIfNeeded: step.iteration) &* 0x9E37_79B9_7F4A_7C15
    restart = step.restart
  }

  var ignoresImprobable: Bool { true }

  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {
    joint.normalise(rows: block.rows, logDensity: &logDensity)
    let last = joint.components - 1
    for i in 0..<block.rows {
      var random = CounterRandom(
        seed: seed, restart: restart, purpose: .assignments, row: block.rowID(i))
      var left = random.uniform()
      var isOpen = true
      for k in 0...last {
        var lanes = joint[component: k]
        let share = lanes[i]
        // Rounding may leave a little over: the last component takes it.
        let isChosen = isOpen && (left < share || k == last)
        lanes[i] = isChosen ? 1 : 0
        if isChosen { isOpen = false }
        left -= share
      }
    }
  }
}
