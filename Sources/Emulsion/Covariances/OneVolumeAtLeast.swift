/// Variances σₖⱼ of one volume, Πⱼ σₖⱼ = λᵈ for every k, none below a floor, that fit spectra wₖⱼ: the minimum
/// of Σₖⱼ ( Nₖ ln σₖⱼ + wₖⱼ/σₖⱼ ).
///
/// With a multiplier cₖ for each volume, σₖⱼ = max(floor, wₖⱼ/cₖ), and λ is where Σₖ cₖ = N: without a floor
/// that is ``OneVolume``. cₖ falls as λ rises, so that bisection finds it.
///
/// Rows on a hyperplane would make a needle of their component, as thin as the floor and longer than
/// doubles bear beside it. Such a component ends at ten times the length of all rows.
struct OneVolumeAtLeast {
  private let floor: Double
  private let counts: [Double]
  /// The longest variance, where that of all rows is about 1.
  private let longest: Double

  /// - Parameter longest: Infinite where variances lie along columns, which bear any.
  init(_ floor: Double, counts: [Double], longest: Double = 100) {
    (self.floor, self.counts, self.longest) = (floor, counts, longest)
  }

  /// O(K·d) a step of the bisection.
  func variances(_ spectra: [[Double]]) -> [[Double]] {
    let total = counts.reduce(0, +)
    let logFloor = naturalLog(floor)
    let sorted = spectra.map { $0.sorted(by: >) }
    let logs = sorted.map { $0.map { naturalLog($0) } }
    // Where cₖ = Nₖ for one component it is at most Nⱼ for those that want less, at least for others.
    let own = zip(logs, counts).map { logs, count in
      logs.reduce(0) { $0 + max(logFloor, $1 - naturalLog(count)) } / Double(logs.count)
    }
    guard let low = own.min(), let high = own.max() else { return [] }
    let size = Bisection.root(from: low, to: high) { size in
      let sum = logs.indices.reduce(0) {
        $0 + exponential(logMultiplier($1, logs, logFloor, size))
      }
      return sum > total ? 1 : -1
    }
    return spectra.enumerated().map { k, spectrum in
      let log = logMultiplier(k, logs, logFloor, size)
      // A point may have any shape.
      guard log > -.infinity else { return spectrum.map { _ in max(floor, exponential(size)) } }
      let multiplier = exponential(log)
      return spectrum.map { max(floor, $0 / multiplier) }
    }
  }

  /// ln c of component k, at least where its longest variance has its limit.
  private func logMultiplier(_ k: Int, _ logs: [[Double]], _ logFloor: Double, _ size: Double)
    -> Double
  {
    let largest = logs[k].first ?? -.infinity
    let limit = naturalLog(longest) + max(0, largest - naturalLog(counts[k]))
    return max(logMultiplier(logs[k], logFloor, size), largest - limit)
  }

  /// ln c of a descending spectrum for a mean logarithm of its variances, at least that of the floor:
  /// that of the m largest, while the others are at the floor.
  private func logMultiplier(_ logs: [Double], _ logFloor: Double, _ size: Double) -> Double {
    let d = logs.count
    var (sum, result) = (0.0, -Double.infinity)
    for m in 1...d {
      guard logs[m - 1] > -.infinity else { return result }
      sum += logs[m - 1]
      result = (sum + Double(d - m) * logFloor - Double(d) * size) / Double(m)
      if m == d || logs[m] - result <= logFloor { return result }
    }
    return result
  }
}
