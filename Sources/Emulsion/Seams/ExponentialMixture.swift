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
  let parts: [Family.Component]
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
    parts = components
    shared = references.shared
    self.natural = natural
    self.offsets = offsets
    self.apart = apart
  }

  var components: Int { parts.count }

  func makeWorker(lanes: Int) -> any BlockWorker<FeatureSums> {
    ExponentialWorker(self, lanes: lanes)
  }

  func bounds(in units: [Double]?) -> DensityBounds? {
    family.hasBaseMeasure ? nil : family.densityBounds(of: parts, in: units)
  }
}

/// One thread's features and sums.
final class ExponentialWorker<Family: ExponentialFamily>: BlockWorker {
  typealias Statistics = FeatureSums

  private let mixture: ExponentialMixture<Family>
  private var features: LaneMatrix
  private var apartFeatures: LaneMatrix
  private var baseMeasure: LaneMatrix
  private var chosen: ChosenComponents
  private var sums: FeatureSums
  /// Sums of the components apart, each about its own reference.
  private var apartSums: [[Double]]

  init(_ mixture: ExponentialMixture<Family>, lanes: Int) {
    let f = mixture.family.featureCount
    self.mixture = mixture
    features = LaneMatrix(rows: f, lanes: lanes)
    apartFeatures = LaneMatrix(rows: mixture.apart.isEmpty ? 0 : f, lanes: lanes)
    baseMeasure = LaneMatrix(rows: 1, lanes: lanes)
    chosen = ChosenComponents(all: mixture)
    sums = FeatureSums(components: mixture.components, features: f)
    apartSums = mixture.apart.map { _ in Array(repeating: 0, count: f) }
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    let rows = block.rows
    if joint.selection != chosen.selection {
      chosen.addSums(to: &sums)
      chosen = ChosenComponents(of: mixture, for: joint)
    }
    if !chosen.areAllApart {
      mixture.family.writeFeatures(of: block, about: mixture.shared, into: &features)
      joint.lanes.add(chosen.offsets, count: rows)
      joint.lanes.addProduct(chosen.natural, features, rows: rows)
    }
    for (row, p) in chosen.apart {
      let part = mixture.apart[p]
      mixture.family.writeFeatures(of: block, about: part.reference, into: &apartFeatures)
      var lanes = joint[component: row]
      if let centred = part.centred {
        centred.add(features: apartFeatures, rows: rows, to: &lanes)
      } else {
        for i in 0..<rows { lanes[i] += part.offset }
        joint.lanes.addProduct(row: row, part.eta, apartFeatures, rows: rows)
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
    if !chosen.areAllApart {
      if chosen.isComplete {
        responsibilities.lanes.addSums(of: features, rows: rows, to: &sums.values)
      } else {
        responsibilities.lanes.addSums(of: features, rows: rows, to: &chosen.sums)
      }
    }
    for (row, p) in chosen.apart {
      mixture.family.writeFeatures(
        of: block, about: mixture.apart[p].reference, into: &apartFeatures)
      responsibilities.lanes.addSums(of: apartFeatures, rows: rows, ofRow: row, to: &apartSums[p])
    }
  }

  func takeStatistics() -> FeatureSums {
    chosen.addSums(to: &sums)
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
    of features: borrowing LaneMatrix, rows count: Int, to sums: inout [Double]
  ) {
    precondition(sums.count == rows * features.rows)
    vm_maximisation_product(
      rows, features.rows, count, base, stride, features.base, features.stride, &sums)
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
