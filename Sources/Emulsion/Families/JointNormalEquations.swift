/// Normal equations of the numbers of several components, of which some are tied or fixed: those that
/// are left to be solved for.
///
/// Σₖ (sₖᵀδₖ − ½δₖᵀHₖδₖ) is to be maximised over the steps δₖ of all components, where tied numbers
/// make one step and fixed ones none.
public struct JointNormalEquations: Sendable {
  private let width: Int
  /// Where each number of each component stands among the unknowns, K × p; `nil` for a fixed one.
  private let places: [[Int?]]
  /// The number of unknowns.
  public let count: Int

  /// - Parameters:
  ///   - roles: What is tied or fixed, p of them.
  ///   - k: The number of components.
  public init(_ roles: [ParameterRole], components k: Int) {
    width = roles.count
    let own = roles.indices.filter { roles[$0] == .free }
    let tied = roles.indices.filter { roles[$0] == .tied }
    var places = [[Int?]](repeating: Array(repeating: nil, count: roles.count), count: k)
    for c in 0..<k {
      for (i, q) in own.enumerated() { places[c][q] = c * own.count + i }
      for (i, q) in tied.enumerated() { places[c][q] = k * own.count + i }
    }
    self.places = places
    count = k * own.count + tied.count
  }

  /// s of the unknowns.
  ///
  /// - Parameter slopes: sₖ of every component, p numbers each.
  public func slope(_ slopes: [ArraySlice<Double>]) -> [Double] {
    var result = [Double].zeros(count)
    for (places, slope) in zip(places, slopes) {
      for (place, value) in zip(places, slope) {
        if let place { result[place] += value }
      }
    }
    return result
  }

  /// The upper triangle of H of the unknowns.
  ///
  /// - Parameter curvatures: The upper triangle of Hₖ of every component, by rows.
  public func curvature(_ curvatures: [ArraySlice<Double>]) -> [Double] {
    var result = [Double].zeros(count * (count + 1) / 2)
    for (places, curvature) in zip(places, curvatures) {
      for a in 0..<width {
        guard let row = places[a] else { continue }
        for b in a..<width {
          guard let column = places[b] else { continue }
          let value = curvature[curvature.startIndex + Scatter.packed(a, b, width)]
          result[Scatter.packed(min(row, column), max(row, column), count)] += value
        }
      }
    }
    return result
  }

  /// The step of every component, p numbers each.
  public func steps(_ unknowns: [Double]) -> [[Double]] {
    places.map { $0.map { place in place.map { unknowns[$0] } ?? 0 } }
  }
}
