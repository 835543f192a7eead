import Emulsion

/// A family under trial: its parts called as the driver calls them, but in the open.
struct FamilyTrial<Family: ComponentFamily> {
  let family: Family
  let components: [Family.Component]
  let example: FamilyExample

  /// What is wrong under `law`, a sentence each.
  func problems(_ law: Law) throws -> [String] {
    switch law {
    case .density: try example.grid.map(gridProblems) ?? densityProblems()
    case .batch: try batchProblems() + modelBatchProblems()
    case .zeroWeight: try zeroWeightProblems() + weightlessRowProblems()
    case .merging: try mergingProblems()
    case .copies: try copiesProblems() + rowWeightProblems()
    case .ascent: try ascentProblems()
    case .monotone: try monotoneProblems()
    case .optimum: try optimumProblems()
    case .freeParameters: try freeParameterProblems()
    case .recovery: try recoveryProblems() + mixtureRecoveryProblems()
    case .bounds: try boundProblems()
    case .moments: try momentProblems()
    case .noise: try noiseProblems()
    case .parameters: try parameterProblems()
    case .storage: try storageProblems()
    case .threads: try threadProblems()
    case .ranks: try rankProblems()
    case .refusal: try refusalProblems()
    case .hostileRows: try hostileRowProblems()
    }
  }

  /// Draws `count` rows, in turn from every component, or all from one; the example's rows again and
  /// again where the family describes only some columns given others.
  func draw(_ count: Int, from k: Int? = nil) throws -> Matrix {
    guard example.drawsRows else {
      return example.data.matrix.rows((0..<count).map { $0 % example.data.rows })
    }
    var values: [Double] = []
    for i in 0..<count {
      var random = CounterRandom(seed: 7, stream: UInt64(i))
      values += try family.properties.sample(components[k ?? i % components.count], using: &random)
    }
    return Matrix(rows: count, columns: family.traits.dimension, values: values)
  }

  /// Soft responsibilities, n × K, drawn for `seed`.
  func responsibilities(_ count: Int, seed: UInt64) -> [[Double]] {
    var random = CounterRandom(seed: seed)
    return (0..<count).map { _ in
      let raw = components.map { _ in 0.05 + random.uniform() }
      let sum = raw.reduce(0, +)
      return raw.map { $0 / sum }
    }
  }

  func counts(_ responsibilities: [[Double]]) -> [Double] {
    (responsibilities.first ?? []).indices.map { k in responsibilities.reduce(0) { $0 + $1[k] } }
  }

  /// ln p(x|k), n × K, worked out in blocks of `size` rows.
  func logDensities(
    of rows: Matrix, under components: [Family.Component], blocks size: Int = 256
  ) throws -> [[Double]] {
    let worker = try family.prepare(components).makeWorker(lanes: size)
    var result: [[Double]] = []
    try forEachBlock(of: rows, size) { buffer, range in
      var joint = Joint(components: components.count, lanes: size)
      try worker.addLogDensities(of: buffer.block, to: &joint)
      for i in 0..<range.count {
        result.append(components.indices.map { joint.lanes($0, range.count)[i] })
      }
    }
    return result
  }

  /// The sums of rows under `components`, in blocks of `size`.
  func statistics(
    of rows: Matrix, _ responsibilities: [[Double]], under components: [Family.Component],
    blocks size: Int = 256
  ) throws -> Family.Statistics {
    let worker = try family.prepare(components).makeWorker(lanes: size)
    try forEachBlock(of: rows, size) { buffer, range in
      var joint = Joint(components: components.count, lanes: size)
      try worker.addLogDensities(of: buffer.block, to: &joint)
      for k in components.indices {
        var lanes = joint[component: k]
        for i in lanes.indices {
          lanes[i] = i < range.count ? responsibilities[range.lowerBound + i][k] : 0
        }
      }
      try worker.accumulate(buffer.block, responsibilities: joint)
    }
    return worker.takeStatistics()
  }

  private func forEachBlock(
    of rows: Matrix, _ size: Int, _ body: (borrowing BlockBuffer, Range<Int>) throws -> Void
  ) throws {
    let source = MatrixSource(rows)
    var buffer = BlockBuffer(columns: rows.columns, capacity: size)
    for start in stride(from: 0, to: rows.rows, by: size) {
      let range = start..<min(rows.rows, start + size)
      source.read(range, into: &buffer)
      try body(buffer, range)
    }
  }

  /// One M step, with as many looks at the rows as the family asks for.
  func maximised(
    _ rows: Matrix, _ responsibilities: [[Double]], from previous: [Family.Component]
  ) throws -> [Family.Component] {
    try family.estimate(
      statistics(of: rows, responsibilities, under: previous), counts: counts(responsibilities),
      previous: previous
    ) { try statistics(of: rows, responsibilities, under: $0) }
  }

  /// Σ γ ln p(x|k).
  func objective(
    _ rows: Matrix, _ responsibilities: [[Double]], under components: [Family.Component]
  ) throws -> Double {
    var sum = 0.0
    for (densities, weights) in zip(try logDensities(of: rows, under: components), responsibilities)
    {
      for (density, weight) in zip(densities, weights) where weight > 0 { sum += weight * density }
    }
    return sum
  }

  /// All parameters of a component as a list of numbers, with what makes a component of such a list.
  func numbers(of component: Family.Component) -> [Double] {
    family.schema.parameters(of: component).flatMap(\.value.numbers)
  }

  /// What each of these numbers is: `rate`, `mean[2]`, `scale[1, 2]`.
  func places(of component: Family.Component) -> [String] {
    family.schema.parameters(of: component).flatMap { parameter in
      let count = parameter.value.numbers.count
      if case .scalar = parameter.value { return [parameter.name] }
      guard let matrix = parameter.value.matrix, matrix.values.count == count else {
        return (0..<count).map { "\(parameter.name)[\($0 + 1)]" }
      }
      let columns = matrix.columns
      return (0..<count).map { "\(parameter.name)[\($0 / columns + 1), \($0 % columns + 1)]" }
    }
  }

  /// The component with number `index` of its parameters raised by `change`, and its mirror image in
  /// a symmetric matrix; `nil` where the family has no such component.
  func changed(_ component: Family.Component, _ index: Int, by change: Double) -> Family.Component?
  {
    var position = index
    var parameters: [String: ParameterValue] = [:]
    for parameter in family.schema.parameters(of: component) {
      switch parameter.value {
      case .scalar(let value):
        parameters[parameter.name] = .scalar(position == 0 ? value + change : value)
        position -= 1
      case .vector(var values):
        if values.indices.contains(position) { values[position] += change }
        parameters[parameter.name] = .vector(values)
        position -= values.count
      case .matrix, .covariance:
        guard var matrix = parameter.value.matrix else { continue }
        let size = matrix.values.count
        if (0..<size).contains(position) {
          let (i, j) = (position / matrix.columns, position % matrix.columns)
          let isSymmetric = matrix.rows == matrix.columns && matrix[i, j] == matrix[j, i]
          matrix[i, j] += change
          if isSymmetric && i != j { matrix[j, i] += change }
        }
        parameters[parameter.name] = .matrix(matrix)
        position -= size
      }
    }
    return try? family.schema.component(from: parameters)
  }
}
