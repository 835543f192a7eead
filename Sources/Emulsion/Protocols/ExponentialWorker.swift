import CVectorMath

/// One thread's features and sums. It is one class for all families, whose parts are found without a
/// look at type metadata: blocks may take a microsecond.
final class ExponentialWorker: BlockWorker {
  private let family: any ExponentialFamily
  private var form: NaturalForm
  private let lanes: Int
  private var features: LaneMatrix
  private var apartFeatures: LaneMatrix
  private var baseMeasure: LaneMatrix
  private var chosen: ChosenComponents
  private var sums: FeatureSums
  /// Sums of the components apart, each about its own reference.
  private var apartSums: [[Double]]

  init(_ family: any ExponentialFamily, _ form: NaturalForm, lanes: Int) {
    let f = form.features
    self.family = family
    self.form = form
    self.lanes = lanes
    features = LaneMatrix(rows: f, lanes: lanes)
    apartFeatures = LaneMatrix(rows: form.apart.isEmpty ? 0 : f, lanes: lanes)
    baseMeasure = LaneMatrix(rows: 1, lanes: lanes)
    chosen = ChosenComponents(all: form)
    sums = FeatureSums(components: form.components, features: f)
    apartSums = form.apart.map { _ in .zeros(f) }
  }

  /// Turns to other components of the family, as many; its sums were taken.
  func turn(to form: NaturalForm) {
    self.form = form
    if apartFeatures.rows == 0 && !form.apart.isEmpty {
      apartFeatures = LaneMatrix(rows: form.features, lanes: lanes)
    }
    chosen = ChosenComponents(all: form)
    apartSums = form.apart.map { _ in .zeros(form.features) }
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    let rows = block.rows
    if joint.selection != chosen.selection {
      chosen.addSums(to: &sums)
      chosen = ChosenComponents(of: form, for: joint)
    }
    if !chosen.areAllApart {
      try family.writeFeatures(of: block, about: form.shared, into: &features)
      joint.addProduct(chosen.natural, chosen.offsets, features, rows: rows)
    }
    for (row, p) in chosen.apart {
      let part = form.apart[p]
      try family.writeFeatures(of: block, about: part.reference, into: &apartFeatures)
      if let centred = part.centred {
        var lanes = joint[component: row]
        centred.add(features: apartFeatures, rows: rows, to: &lanes)
      } else {
        joint.lanes.addProduct(row: row, part.eta, part.offset, apartFeatures, rows: rows)
      }
    }
    if family.hasBaseMeasure { try addBaseMeasure(of: block, to: &joint) }
  }

  private func addBaseMeasure(of block: borrowing Block, to joint: inout Joint) throws {
    baseMeasure.fill([0], count: block.rows)
    try baseMeasure.addLogBaseMeasure(of: block, family)
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
      try family.writeFeatures(
        of: block, about: form.apart[p].reference, into: &apartFeatures)
      responsibilities.lanes.addSums(of: apartFeatures, rows: rows, ofRow: row, to: &apartSums[p])
    }
  }

  func takeStatistics() -> FeatureSums {
    chosen.addSums(to: &sums)
    let f = sums.features
    var result = FeatureSums(components: sums.components, features: f)
    swap(&result, &sums)
    // The one product over all rows summed the components apart about the shared reference as well.
    for (p, part) in form.apart.enumerated() {
      result.values.replaceSubrange(
        part.component * f..<(part.component + 1) * f, with: apartSums[p])
      apartSums[p] = .zeros(f)
    }
    return result
  }
}

extension Joint {
  /// Adds offsets (K) + natural (K × F) · features (F × rows).
  fileprivate mutating func addProduct(
    _ natural: [Double], _ offsets: [Double], _ features: borrowing LaneMatrix, rows: Int
  ) {
    begin(adding: offsets) { lanes, isNew, offsets in
      lanes.addProduct(natural, offsets, features, rows: rows, isNew: isNew)
    }
  }
}

extension LaneMatrix {
  /// Adds ln h of every row to the first lanes.
  fileprivate mutating func addLogBaseMeasure(
    of block: borrowing Block, _ family: any ExponentialFamily
  ) throws {
    var lanes = self[row: 0]
    try family.addLogBaseMeasure(of: block, to: &lanes)
  }

  /// self (K × rows), or 0 where it is new, += offsets (K) + natural (K × F) · features (F × rows).
  fileprivate mutating func addProduct(
    _ natural: [Double], _ offsets: [Double], _ features: borrowing LaneMatrix, rows count: Int,
    isNew: Bool
  ) {
    precondition(natural.count == rows * features.rows && offsets.count == rows)
    precondition(count <= stride && count <= features.stride)
    vm_expectation_product(
      rows, count, features.rows, natural, offsets, features.base, features.stride, isNew, base,
      stride)
  }

  /// self += offset + eta · features, for one row.
  fileprivate mutating func addProduct(
    row: Int, _ eta: [Double], _ offset: Double, _ features: borrowing LaneMatrix, rows count: Int
  ) {
    precondition(row < rows && eta.count == features.rows)
    precondition(count <= stride && count <= features.stride)
    vm_expectation_product(
      1, count, features.rows, eta, [offset], features.base, features.stride, false,
      base + row * stride, stride)
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
