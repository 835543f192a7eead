import Emulsion
import EmulsionTestKit

/// Waits in several columns, independent given the component: exponential ones, or whole numbers of trials.
struct Waits: FamilyDefinition, ComponentwiseFamily {
  enum Fault: CaseIterable {
    /// The density integrates to a tenth more than 1.
    case constant
    /// Sums can't be taken.
    case sums
    /// The M step is a hundredth off.
    case estimate
  }

  var dimension = 3
  var isDiscrete = false
  var fault: Fault?

  var name: String { "waits" }
  func support(ofColumn j: Int) -> Support { isDiscrete ? .counts : .positive }
  func makeFamily(in context: FamilyContext) -> any ComponentFamily { self }
  func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) -> any ComponentFamily { self }
  func encode(to encoder: any Encoder) {}

  /// Means in the columns.
  struct Component: MixtureComponent {
    var means: [Double]
  }

  func neutralComponents(_ k: Int) -> [Component] {
    Array(repeating: Component(means: Array(repeating: 1, count: dimension)), count: k)
  }

  func emptyStatistics() -> Sums { Sums(count: dimension) }

  func addLogDensity(
    of block: borrowing Block, under component: Component, to lanes: inout MutableSpan<Double>
  ) {
    let constant = fault == .constant ? Elementary.log(1.1) : 0
    for i in 0..<block.rows { lanes[i] += constant }
    for (j, mean) in component.means.enumerated() {
      let (slope, offset) =
        isDiscrete
        ? (Elementary.log(mean / (1 + mean)), -Elementary.log(1 + mean))
        : (-1 / mean, -Elementary.log(mean))
      let column = block.column(j)
      for i in 0..<block.rows { lanes[i] += offset + slope * column[i] }
    }
  }

  func accumulate(
    _ block: borrowing Block, weights: Span<Double>, under component: Component,
    into sums: inout Sums
  ) throws {
    guard fault != .sums else { throw EmulsionError(.script, "the sums are lost") }
    for j in 0..<dimension {
      let column = block.column(j)
      for i in 0..<block.rows { sums[j] += weights[i] * column[i] }
    }
  }

  func estimate(_ statistics: [Sums], counts: [Double], previous: [Component]) -> [Component] {
    let factor = fault == .estimate ? 1.01 : 1
    return statistics.indices.map { k in
      counts[k] > 0
        ? Component(means: statistics[k].values.map { factor * $0 / counts[k] }) : previous[k]
    }
  }

  func freeParameters(_ components: [Component]) -> Int { components.count * dimension }

  func parameters(of component: Component) -> [NamedParameter] {
    [NamedParameter("mean", .vector(component.means))]
  }

  func component(from parameters: [String: ParameterValue]) throws -> Component {
    var reader = ParameterReader(parameters, of: name)
    let means = try reader.numbers("mean", count: dimension, in: .positive)
    try reader.finish()
    return Component(means: means)
  }

  func sample(_ component: Component, using random: inout CounterRandom) -> [Double] {
    component.means.map { mean in
      let wait = -Elementary.log(1 - random.uniform())
      return isDiscrete
        ? (wait / Elementary.log((1 + mean) / mean)).rounded(.down) : mean * wait
    }
  }
}
