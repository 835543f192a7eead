import Emulsion

/// Newton's method for the coefficients of one component, or of several that share some, one look at the
/// data a step.
struct NewtonSearch {
  /// The components.
  let members: [Int]
  private let system: JointNormalEquations
  /// What each component's sums are multiplied by.
  private let scales: [Double]
  /// The best coefficients that were looked at.
  private var point: [[Double]]
  private var objective: Double
  private var step: [[Double]]
  private var length = 1.0
  /// What the step promises, nats.
  private(set) var gain = 0.0
  private(set) var isOpen = false
  private(set) var problem: String?
  /// The curvature where the step was aimed from, with what holds steps back.
  private var curvature: [Double] = []

  /// What to look at next, or the result.
  var trial: [[Double]] { zip(point, step).map { zip($0, $1).map { $0 + length * $1 } } }

  /// Below this, a step needs no second look.
  private static let negligibleGain = 1e-7

  /// - Parameters:
  ///   - point: The coefficients of the members, which keep to `roles`.
  ///   - sums: The sums taken under these.
  ///   - roles: What is tied or fixed of the coefficients.
  ///   - scales: What each member's sums are multiplied by.
  init(
    _ point: [[Double]], _ sums: RegressionSums, members: [Int], roles: [ParameterRole],
    scales: [Double]
  ) {
    self.point = point
    self.members = members
    self.scales = scales
    system = JointNormalEquations(roles, components: members.count)
    objective = members.reduce(0) { $0 + sums.objectives[$1] }
    step = point.map { $0.map { _ in 0 } }
    aim(sums)
  }

  /// Looks at the sums under `trial`: goes there where it is no worse, else half as far.
  mutating func take(_ sums: RegressionSums) {
    guard isOpen else { return }
    let value = members.reduce(0) { $0 + sums.objectives[$1] }
    guard value.isFinite, value >= objective - 1e-12 * abs(objective) else {
      length /= 2
      // A step of no length is no step.
      if length < 1e-10 { (length, isOpen) = (0, false) }
      return
    }
    (point, objective, length) = (trial, value, 1)
    aim(sums)
  }

  private mutating func aim(_ sums: RegressionSums) {
    guard system.count > 0 else { return }
    func scaled(_ numbers: ArraySlice<Double>, _ scale: Double) -> ArraySlice<Double> {
      scale == 1 ? numbers : numbers.map { $0 * scale }[...]
    }
    let slope = system.slope(
      zip(members, scales).map { scaled(sums.slope(of: $0), $1) })
    curvature = system.curvature(
      zip(members, scales).map { scaled(sums.curvature(of: $0), $1) })
    let count = system.count
    let diagonal = (0..<count).map { Scatter.packed($0, $0, count) }
    let scale = diagonal.map { curvature[$0] }.max() ?? 0
    var ridge = 64 * Double(count) * Double.ulpOfOne
    var solved = NormalEquations.solve(curvature, slope)
    if !(solved?.smallestPivot ?? 0 > ridge) {
      problem = "has rows that don't determine its coefficients"
    }
    // Directions that the rows say nothing of are held back.
    while !(solved?.smallestPivot ?? 0 > 1e-13), ridge < 1 {
      for j in diagonal { curvature[j] += ridge * max(scale, 1e-300) }
      solved = NormalEquations.solve(curvature, slope)
      ridge *= 10
    }
    let solution = solved?.solution ?? slope.map { _ in 0 }
    step = system.steps(solution)
    gain = 0.5 * zip(solution, slope).reduce(0) { $0 + $1.0 * $1.1 }
    isOpen = gain > Self.negligibleGain
  }

  /// Of each member, the coefficients that grow without end: η changes by more than 4 along a predictor although the
  /// standard error is half of the coefficient or more. (Under separation estimates of Wald's statistic go to 0:
  /// W. W. Hauck and A. Donner, JASA 72, 1977.)
  ///
  /// - Parameter extents: The largest size of each predictor.
  func separating(_ extents: [Double], hasIntercept: Bool) -> [[Int]] {
    var result = members.map { _ in [Int]() }
    for unknown in 0..<system.count {
      let unit = (0..<system.count).map { $0 == unknown ? 1.0 : 0 }
      let owned = system.steps(unit)
      guard let own = owned.firstIndex(where: { $0.contains(1) }),
        let place = owned[own].firstIndex(of: 1), !(hasIntercept && place == 0),
        case let value = trial[own][place], abs(value) * extents[place] > 4
      else { continue }
      let variance = NormalEquations.solve(curvature, unit)?.solution[unknown] ?? .infinity
      guard !(value * value > 4 * variance) else { continue }
      for member in members.indices where owned[member][place] == 1 { result[member].append(place) }
    }
    return result
  }
}
