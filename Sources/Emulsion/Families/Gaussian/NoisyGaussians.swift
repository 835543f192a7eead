import CVectorMath

/// Gaussian components as rows x = v + ε show them that were measured with errors ε ~ N(0, S) of their own, perhaps in
/// some columns alone: x ~ N(μ, T) with T = V + S, and of the values v without errors what is expected
/// (Bovy, Hogg & Roweis 2011, section 3).
///
/// - Complexity: O(K·(m³ + d²m)) a row, m of d columns being seen; O(K·d) where V and S are diagonal.
struct NoisyGaussians<Whole: SufficientStatistics>: PreparedMixture {
  fileprivate let frame: Frame
  fileprivate let errors: MeasurementErrors
  /// The columns that were seen, ascending.
  fileprivate let columns: [Int]
  fileprivate let dimension: Int
  /// Whether V and S are diagonal.
  fileprivate let isByColumn: Bool
  /// Of each component, in the columns seen: the mean, V packed by rows of the lower triangle or its diagonal, and its
  /// covariance with all columns.
  fileprivate let parts: [(mean: [Double], covariance: [Double], across: [Double])]
  fileprivate let constant: Double
  fileprivate let completed: @Sendable (ConditionalSums) -> Whole

  /// - Parameter completed: The statistics of all columns, from what is expected of the components.
  init(
    _ family: GaussianFamily, _ components: [Gaussian], observing columns: [Int],
    _ errors: MeasurementErrors, completed: @escaping @Sendable (ConditionalSums) -> Whole
  ) {
    frame = Frame(
      origin: columns.map { family.frame.origin[$0] },
      exponents: columns.map { family.frame.exponents[$0] })
    self.errors = errors.selecting(columns)
    self.columns = columns
    dimension = family.dimension
    isByColumn = family.form != .full && !errors.isFull
    let (d, isByColumn) = (dimension, isByColumn)
    parts = components.map { component in
      let covariance = component.covariance
      let mean = columns.map { component.mean[$0] }
      if isByColumn { return (mean, columns.map { covariance.variance($0) }, []) }
      let matrix = covariance.matrix
      var packed: [Double] = []
      for (a, i) in columns.enumerated() { for j in columns[0...a] { packed.append(matrix[i, j]) } }
      return (mean, packed, columns.flatMap { i in (0..<d).map { matrix[i, $0] } })
    }
    constant = -0.5 * Double(columns.count) * logTwoPi + frame.logJacobian
    self.completed = completed
  }

  func makeWorker(lanes: Int) -> any BlockWorker<Whole> { NoisyWorker(self, lanes: lanes) }
}

/// Sums over rows of what is expected of v − μ under each component, given what was measured.
struct ConditionalSums: Sendable {
  /// Σ r of each component.
  var counts: [Double]
  /// Σ r a with a = E(v) − μ, d numbers of each component.
  var moves: [[Double]]
  /// Σ r (aaᵀ + Cov(v) − V), its upper triangle packed by rows, or its diagonal.
  var squares: [[Double]]
}

private final class NoisyWorker<Whole: SufficientStatistics>: BlockWorker {
  private let mixture: NoisyGaussians<Whole>
  private let scales: [Double]
  private let units: [Double]
  private var values: LaneMatrix
  private var errors: LaneMatrix
  private var weights: LaneMatrix
  private var scratch: LaneMatrix
  private var sums: ConditionalSums

  init(_ mixture: NoisyGaussians<Whole>, lanes: Int) {
    self.mixture = mixture
    scales = mixture.frame.scales
    units = scales.map { 1 / $0 }
    let (m, d) = (mixture.columns.count, mixture.dimension)
    values = LaneMatrix(rows: m, lanes: lanes)
    errors = LaneMatrix(rows: mixture.errors.laneRows, lanes: lanes)
    weights = LaneMatrix(rows: 1, lanes: lanes)
    let room = mixture.isByColumn ? 0 : m * (m + 1) / 2 + m + m * d + 2 * d + d * (d + 1) / 2
    scratch = LaneMatrix(rows: 1, lanes: 8 * room)
    sums = Self.zero(mixture)
  }

  private static func zero(_ mixture: NoisyGaussians<Whole>) -> ConditionalSums {
    let (k, d) = (mixture.parts.count, mixture.dimension)
    let width = mixture.isByColumn ? d : d * (d + 1) / 2
    return ConditionalSums(
      counts: .zeros(k), moves: Array(repeating: .zeros(d), count: k),
      squares: Array(repeating: .zeros(width), count: k))
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    let (m, rows) = (mixture.columns.count, block.rows)
    guard m > 0 else { return }
    for (a, column) in mixture.columns.enumerated() {
      var lanes = values[row: a]
      Lanes.standardize(
        block.column(column), origin: mixture.frame.origin[a], scale: scales[a], reference: 0,
        into: &lanes)
    }
    values.clearPadding(from: rows)
    mixture.errors.write(block, in: units, to: &errors)
    let (values, stride) = (UnsafePointer(values.base), values.stride)
    let (errors, scratch) = (UnsafePointer(errors.base), scratch.base)
    let constant = mixture.constant
    precondition(self.errors.stride == stride)
    for (row, k) in joint.active.enumerated() {
      let part = mixture.parts[k]
      var lanes = joint[component: row]
      lanes.withUnsafeMutableBufferPointer { lanes in
        guard let out = lanes.baseAddress else { return }
        if mixture.isByColumn {
          vm_add_noisy_density_by_column(
            values, stride, rows, m, part.mean, part.covariance, errors, constant, out)
        } else {
          vm_add_noisy_density(
            values, stride, rows, m, part.mean, part.covariance, errors, mixture.errors.isFull,
            constant, scratch, out)
        }
      }
    }
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    let (m, d, rows) = (mixture.columns.count, mixture.dimension, block.rows)
    responsibilities.addRowSums(rows: rows, to: &sums.counts)
    guard m > 0 else { return }
    for (row, k) in responsibilities.active.enumerated() {
      let part = mixture.parts[k]
      let own = responsibilities.lanes(row, rows)
      var lanes = weights[row: 0]
      for i in own.indices { lanes[i] = own[i] }
      weights.clearPadding(from: rows)
      var first = [Double].zeros(mixture.isByColumn ? m : d)
      var second = [Double].zeros(mixture.isByColumn ? m : d * (d + 1) / 2)
      if mixture.isByColumn {
        vm_noisy_moments_by_column(
          values.base, values.stride, rows, m, part.mean, part.covariance, errors.base,
          weights.base, &first, &second)
        for (a, column) in mixture.columns.enumerated() {
          sums.moves[k][column] += first[a]
          sums.squares[k][column] += second[a]
        }
      } else {
        vm_noisy_moments(
          values.base, values.stride, rows, m, d, part.mean, part.covariance, part.across,
          errors.base, mixture.errors.isFull, weights.base, scratch.base, &first, &second)
        for j in first.indices { sums.moves[k][j] += first[j] }
        for j in second.indices { sums.squares[k][j] += second[j] }
      }
    }
  }

  func takeStatistics() -> Whole {
    defer { sums = Self.zero(mixture) }
    return mixture.completed(sums)
  }
}
