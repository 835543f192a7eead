import Emulsion
import EmulsionTestKit
import Synchronization

/// A Poisson family of one column with one fault, or none.
struct FaultyPoisson: FamilyDefinition, ComponentwiseFamily {
  let fault: Law?
  private let calls = Calls()

  private final class Calls: Sendable {
    let count = Atomic<Int>(0)
  }

  init(_ fault: Law?) { self.fault = fault }

  var name: String { "poisson" }
  var dimension: Int { 1 }
  func support(ofColumn j: Int) -> Support {
    [.hostileRows, .refusal].contains(fault) ? .real : .counts
  }
  func noiseRegion(from lowest: [Double], to highest: [Double]) -> UniformRegion {
    let domain = fault == .noise ? Support.real : .counts
    return UniformRegion([UniformRange(from: lowest[0], to: highest[0], in: domain)])
  }
  func makeFamily(in context: FamilyContext) -> any ComponentFamily { self }
  func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) -> any ComponentFamily { self }
  func encode(to encoder: any Encoder) {}

  struct Component: MixtureComponent {
    var rate: Double
    var isRounded = false

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(isRounded ? (rate * 1000).rounded() / 1000 : rate)
    }

    init(rate: Double, isRounded: Bool) { (self.rate, self.isRounded) = (rate, isRounded) }

    init(from decoder: any Decoder) throws {
      rate = try decoder.singleValueContainer().decode(Double.self)
    }
  }

  struct ComponentStatistics: SufficientStatistics {
    var sum = 0.0
    var takesLargest = false
    /// Whether what goes to other ranks is rounded.
    var losesDigits = false

    private enum Keys: CodingKey { case sum, largest, digits }

    init(takesLargest: Bool, losesDigits: Bool) {
      (self.takesLargest, self.losesDigits) = (takesLargest, losesDigits)
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Keys.self)
      sum = try container.decode(Double.self, forKey: .sum)
      takesLargest = try container.decode(Bool.self, forKey: .largest)
      losesDigits = try container.decode(Bool.self, forKey: .digits)
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(losesDigits ? Double(Float(sum)) : sum, forKey: .sum)
      try container.encode(takesLargest, forKey: .largest)
      try container.encode(losesDigits, forKey: .digits)
    }

    mutating func merge(_ other: ComponentStatistics) {
      sum = takesLargest ? max(sum, other.sum) : sum + other.sum
    }

    mutating func scale(by factor: Double) { sum *= factor }
  }

  func emptyStatistics() -> ComponentStatistics {
    ComponentStatistics(takesLargest: fault == .merging, losesDigits: fault == .ranks)
  }

  private func component(rate: Double) -> Component {
    Component(rate: rate, isRounded: fault == .storage)
  }

  func neutralComponents(_ k: Int) -> [Component] {
    Array(repeating: component(rate: 1), count: k)
  }

  func addLogDensity(
    of block: borrowing Block, under component: Component, to lanes: inout MutableSpan<Double>
  ) {
    let values = block.column(0)
    for i in values.indices {
      var density = values[i] * Elementary.log(component.rate, atLeast: -700) - component.rate
      density -= Elementary.logGamma(values[i] + 1)
      if fault == .density { density += 0.01 }
      if fault == .batch { density += 1e-6 * Double(i) }
      if fault == .hostileRows && values[i] < 0 { density = .nan }
      lanes[i] += density
    }
  }

  func accumulate(
    _ block: borrowing Block, weights: Span<Double>, under component: Component,
    into sums: inout ComponentStatistics
  ) {
    let values = block.column(0)
    for i in values.indices {
      var weight = weights[i]
      if fault == .copies { weight *= weight }
      if fault == .zeroWeight { weight += 1e-3 }
      sums.sum += weight * values[i]
    }
    if fault == .threads {
      sums.sum += 1e-3 * Double(calls.count.wrappingAdd(1, ordering: .relaxed).newValue)
    }
  }

  func estimate(
    _ statistics: [ComponentStatistics], counts: [Double], previous: [Component]
  ) -> [Component] {
    statistics.indices.map { k in
      let mean = statistics[k].sum / counts[k]
      if fault == .ascent || fault == .monotone {
        return component(rate: mean > previous[k].rate ? 0.1 : 100)
      }
      return component(rate: fault == .optimum ? 1.01 * mean : mean)
    }
  }

  func freeParameters(_ components: [Component]) -> Int {
    components.count * (fault == .freeParameters ? 2 : 1)
  }

  func parameters(of component: Component) -> [NamedParameter] {
    [NamedParameter("rate", .scalar(component.rate))]
  }

  func component(from parameters: [String: ParameterValue]) throws -> Component {
    var reader = ParameterReader(parameters, of: name)
    let rate = try reader.number("rate", in: .nonNegative)
    try reader.finish()
    return component(rate: fault == .parameters ? rate + 0.1 : rate)
  }

  func moments(of component: Component) -> Moments? {
    let variance = component.rate * (fault == .moments ? 1.2 : 1)
    return Moments(
      mean: [component.rate], covariance: Matrix(rows: 1, columns: 1, values: [variance]))
  }

  func sample(_ component: Component, using random: inout CounterRandom) -> [Double] {
    [random.poisson(mean: component.rate) + (fault == .recovery && random.uniform() < 0.1 ? 3 : 0)]
  }
}
