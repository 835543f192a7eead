/// Counts, which several families draw.
extension CounterRandom {
  /// A Poisson number: by waiting times below a mean of 10, else by transformed rejection with a
  /// squeeze (Hörmann 1993, algorithm PTRS).
  public mutating func poisson(mean: Double) -> Double {
    guard mean >= 10 else { return smallPoisson(exponential(-mean)) }
    let b = 0.931 + 2.53 * mean.squareRoot()
    let a = -0.059 + 0.02483 * b
    let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    let squeeze = 0.9277 - 3.6224 / (b - 2)
    let logMean = naturalLog(mean)
    while true {
      let (u, v) = (uniform() - 0.5, 1 - uniform())
      let us = 0.5 - abs(u)
      let k = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
      if us >= 0.07 && v <= squeeze { return k }
      guard k >= 0, us >= 0.013 || v <= us else { continue }
      let bound = naturalLog(v * inverseAlpha / (a / (us * us) + b))
      if bound <= k * logMean - mean - Elementary.logGamma(k + 1) { return k }
    }
  }

  private mutating func smallPoisson(_ limit: Double) -> Double {
    var (count, product) = (0.0, 1 - uniform())
    while product > limit {
      count += 1
      product *= 1 - uniform()
    }
    return count
  }
}
