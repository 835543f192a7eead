/// The components of an exponential mixture that a joint has rows for, packed for the two products.
struct ChosenComponents {
  /// The joint's selection that this was made for.
  let selection: Int
  let isComplete: Bool
  /// η and −A of the chosen components, about the shared reference.
  let natural: [Double]
  let offsets: [Double]
  /// Those measured apart: their row of the joint and their place among the mixture's.
  let apart: [(row: Int, part: Int)]
  /// Feature sums of the chosen components; empty where all are chosen.
  var sums: [Double]
  private let components: [Int]

  var areAllApart: Bool { apart.count == components.count }

  /// All of them.
  init(all form: NaturalForm) {
    selection = 0
    isComplete = true
    natural = form.natural
    offsets = form.offsets
    apart = form.apart.indices.map { (form.apart[$0].component, $0) }
    sums = []
    components = Array(0..<form.components)
  }

  /// Those of `joint`. O(chosen·F).
  init(of form: NaturalForm, for joint: borrowing Joint) {
    selection = joint.selection
    isComplete = joint.isComplete
    let components = joint.active
    self.components = components
    guard !isComplete else {
      natural = form.natural
      offsets = form.offsets
      apart = form.apart.indices.map { (form.apart[$0].component, $0) }
      sums = []
      return
    }
    let f = form.features
    var natural: [Double] = []
    natural.reserveCapacity(components.count * f)
    for k in components { natural += form.natural[k * f..<(k + 1) * f] }
    self.natural = natural
    offsets = components.map { form.offsets[$0] }
    apart = form.apart.indices.compactMap { p in
      components.firstIndex(of: form.apart[p].component).map { (row: $0, part: p) }
    }
    sums = .zeros(components.count * f)
  }

  /// Adds the sums of the chosen components to those of all; they are zero afterwards.
  mutating func addSums(to all: inout FeatureSums) {
    guard !sums.isEmpty else { return }
    let f = all.features
    for (row, k) in components.enumerated() {
      for t in 0..<f {
        all.values[k * f + t] += sums[row * f + t]
        sums[row * f + t] = 0
      }
    }
  }
}
