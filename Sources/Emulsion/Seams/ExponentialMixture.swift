import CVectorMath

/// The prepared form of an exponential family: natural parameters about the shared reference as one
/// matrix, and apart from it the components with a reference of their own.
struct ExponentialMixture<Family: ExponentialFamily>: PreparedMixture {
  /// A component measured from its own reference.
  struct Apart: Sendable {
    var component: Int
    var reference: [Double]
    var eta: [Double]
    var offset: Double
    var centred: (any CentredLogDensity)?
  }

  let family: Family
  let components: Int
  let shared: [Double]
  /// η of every component about the shared reference, K × F; rows of components apart are 0.
  let natural: [Double]
  /// −A of every component; 0 for components apart.
  let offsets: [Double]
  let apart: [Apart]

  init(_ family: Family, _ components: [Family.Component]) throws {
    let (k, f) = (components.count, family.featureCount)
    let references = family.references(for: components)
    var natural = [Double](repeating: 0, count: k * f)
    var offsets = [Double](repeating: 0, count: k)
    var apart: [Apart] = []
    for (q, component) in components.enumerated() {
      var eta = [Double](repeating: 0, count: f)
      var span = eta.mutableSpan
      let offset = try family.writeNaturalParameters(
        of: component, about: references.point(q), into: &span)
      if let reference = references.own[q] {
        let centred = try family.centredLogDensity(of: component)
        apart.append(
          Apart(component: q, reference: reference, eta: eta, offset: offset, centred: centred))
      } else {
        natural.replaceSubrange(q * f..<(q + 1) * f, with: eta)
        offsets[q] = offset
      }
    }
    self.family = family
    self.components = k
    shared = references.shared
    self.natural = natural
    self.offsets = offsets
    self.apart = apart
  }

  func makeWorker(lanes: Int) -> any BlockWorker<FeatureSums> {
    ExponentialWorker(self, lanes: lanes)
  }
}

/// One thread's features and sums.
final class ExponentialWorker<Family: ExponentialFamily>: BlockWorker {
  typealias Statistics = FeatureSums

  private let mixture: ExponentialMixture<Family>
  private var features: LaneMatrix
  private var apartFeatures: LaneMatrix
  private var baseMeasure: LaneMatrix
  private var sums: FeatureSums
  /// Sums of the components apart, each about its own reference.
  private var apartSums: [[Double]]

  init(_ mixture: ExponentialMixture<Family>, lanes: Int) {
    let f = mixture.family.featureCount
    self.mixture = mixture
    features = LaneMatrix(rows: f, lanes: lanes)
    apartFeatures = LaneMatrix(rows: mixture.apart.isEmpty ? 0 : f, lanes: lanes)
    baseMeasure = LaneMatrix(rows: 1, lanes: lanes)
    sums = FeatureSums(components: mixture.components, features: f)
    apartSums = mixture.apart.map { _ in Array(repeating: 0, count: f) }
  }

  private var isAllApart: Bool { mixture.apart.count == mixture.components }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    let rows = block.rows
    if !isAllApart {
      mixture.family.writeFeatures(of: block, about: mixture.shared, into: &features)
      joint.lanes.add(mixture.offsets, count: rows)
      joint.lanes.addProduct(mixture.natural, features, rows: rows)
    }
    for part in mixture.apart {
      mixture.family.writeFeatures(of: block, about: part.reference, into: &apartFeatures)
      var lanes = joint[component: part.component]
      if let centred = part.centred {
        centred.add(features: apartFeatures, rows: rows, to: &lanes)
      } else {
        for i in 0..<rows { lanes[i] += part.offset }
        joint.lanes.addProduct(row: part.component, part.eta, apartFeatures, rows: rows)
      }
    }
    if mixture.family.hasBaseMeasure { addBaseMeasure(of: block, to: &joint) }
  }

  private func addBaseMeasure(of block: borrowing Block, to joint: inout Joint) {
    baseMeasure.fill([0])
    var lanes = baseMeasure[row: 0]
    mixture.family.addLogBaseMeasure(of: block, to: &lanes)
    joint.lanes.addToAllRows(baseMeasure, count: block.rows)
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    let rows = block.rows
    if !isAllApart { responsibilities.lanes.addSums(of: features, rows: rows, to: &sums) }
    for (p, part) in mixture.apart.enumerated() {
      mixture.family.writeFeatures(of: block, about: part.reference, into: &apartFeatures)
      responsibilities.lanes.addSums(
        of: apartFeatures, rows: rows, ofRow: part.component, to: &apartSums[p])
    }
  }

  func takeStatistics() -> FeatureSums {
    let f = sums.features
    var result = FeatureSums(components: sums.components, features: f)
    swap(&result, &sums)
    // The one product over all rows summed the components apart about the shared reference as well.
    for (p, part) in mixture.apart.enumerated() {
      result.values.replaceSubrange(
        part.component * f..<(part.component + 1) * f, with: apartSums[p])
      apartSums[p] = Array(repeating: 0, count: f)
    }
    return result
  }
}

extension LaneMatrix {
  /// self (K × rows) += natural (K × F) · features (F × rows).
  fileprivate mutating func addProduct(
    _ natural: [Double], _ features: borrowing LaneMatrix, rows count: Int
  ) {
    precondition(natural.count == rows * features.rows && count <= stride)
    vm_expectation_product(
      rows, count, features.rows, natural, features.base, features.stride, base, stride)
  }

  /// The same for one row.
  fileprivate mutating func addProduct(
    row: Int, _ eta: [Double], _ features: borrowing LaneMatrix, rows count: Int
  ) {
    precondition(row < rows && eta.count == features.rows && count <= stride)
    vm_expectation_product(
      1, count, features.rows, eta, features.base, features.stride, base + row * stride, stride)
  }

  /// sums (K × F) += self (K × rows) · featuresᵀ.
  fileprivate func addSums(
    of features: borrowing LaneMatrix, rows count: Int, to sums: inout FeatureSums
  ) {
    precondition(sums.values.count == rows * features.rows)
    vm_maximisation_product(
      rows, features.rows, count, base, stride, features.base, features.stride, &sums.values)
  }

  /// The same for one row, into F sums.
  fileprivate func addSums(
    of features: borrowing LaneMatrix, rows count: Int, ofRow row: Int, to sums: inout [Double]
  ) {
    precondition(row < rows && sums.count == features.rows)
    vm_maximisation_product(
      1, features.rows, count, base + row * stride, stride, features.base, features.stride, &sums)
  }
}
