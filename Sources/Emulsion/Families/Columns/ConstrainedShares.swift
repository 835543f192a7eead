/// Probabilities of which some are tied across components or fixed: the maximum of Σₖₗ sₖₗ ln pₖₗ.
///
/// With F the sum of those fixed, what is tied takes the share (1 − F)·T/(T + S) in every component, T the
/// sums of what is tied and S of what is free, of all components; within it, and within what is left
/// to each component's own, probabilities are in proportion to their sums.
public struct ConstrainedShares: Sendable {
  private let roles: [ParameterRole]
  private let free: [Int]
  private let tied: [Int]
  /// 1 − F.
  private let left: Double

  /// - Parameter roles: Of the probabilities, which sum to 1.
  public init(_ roles: [ParameterRole]) {
    self.roles = roles
    free = roles.indices.filter { roles[$0] == .free }
    tied = roles.indices.filter { roles[$0] == .tied }
    left = max(0, 1 - roles.reduce(0) { $0 + ($1.fixedValue ?? 0) })
  }

  /// Throws `invalid-option` where what is fixed leaves nothing to the others, or is all and does not sum
  /// to 1.
  ///
  /// - Parameter place: What error texts call the probabilities.
  public func check(_ place: String) throws {
    let fixed = roles.compactMap(\.fixedValue)
    let sum = fixed.reduce(0, +)
    let isSound = fixed.count == roles.count ? abs(sum - 1) <= 1e-9 : sum < 1
    guard !isSound else { return }
    throw EmulsionError(
      .invalidOption,
      "fixed: \(place) sum to \(sum.formatted(significant: 15)), not to 1"
        + (fixed.count == roles.count ? "" : " together with the others, which need a share"))
  }

  /// How many probabilities K components have to be estimated.
  public func freeParameters(components k: Int) -> Int {
    free.isEmpty ? max(0, tied.count - 1) : k * (free.count - 1) + tied.count
  }

  /// The probabilities of all components, K × L.
  ///
  /// - Parameters:
  ///   - sums: sₖₗ ≥ 0.
  ///   - previous: What a component keeps in proportion where it has no sums.
  public func maximum(of sums: [ArraySlice<Double>], previous: [ArraySlice<Double>]) -> [[Double]] {
    func total(_ list: ArraySlice<Double>, _ places: [Int]) -> Double {
      places.reduce(0) { $0 + list[list.startIndex + $1] }
    }
    let all = sums.reduce(0) { $0 + total($1, free) + total($1, tied) }
    let pooled = tied.map { l in sums.reduce(0) { $0 + $1[$1.startIndex + l] } }
    let shared = pooled.reduce(0, +)
    // Without rows that tell, what is tied is what the first component has.
    let first = previous.first ?? []
    let common = zip(tied, pooled).map { l, sum -> Double in
      all > 0 ? left * sum / all : first[first.startIndex + l]
    }
    let own = all > 0 ? left * (all - shared) / all : max(0, left - common.reduce(0, +))
    return zip(sums, previous).map { sums, previous in
      var result = roles.map { $0.fixedValue ?? 0 }
      for (l, value) in zip(tied, common) { result[l] = value }
      let source = total(sums, free) > 0 ? sums : previous
      let weight = total(source, free)
      for l in free {
        result[l] =
          weight > 0
          ? own * source[source.startIndex + l] / weight : own / Double(free.count)
      }
      return result
    }
  }
}
