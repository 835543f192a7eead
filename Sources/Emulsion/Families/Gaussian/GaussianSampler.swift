import CVectorMath

/// Draws μ + Lz in the units of the data, z standard normal and Σ = LLᵀ.
struct GaussianSampler: BlockSampler {
  private let dimension: Int
  private let isFull: Bool
  /// Distance between means, and between columns of factors.
  private let stride: Int
  /// Means, one after the other.
  private var means: [Double] = []
  /// The columns of L of each component, padded to `stride`; or the standard deviations.
  private var factors: [Double] = []

  init(_ components: [Gaussian], form: ScatterForm, frame: Frame) {
    let d = frame.dimension
    dimension = d
    isFull = form == .full
    stride = isFull ? (d + 7) & ~7 : d
    let padding = Array(repeating: 0.0, count: stride - d)
    for component in components {
      means += frame.fromFrame(point: component.mean) + padding
      guard isFull else {
        factors += frame.fromFrame(component.covariance).variances.map { $0.squareRoot() }
        continue
      }
      let factor = Self.factor(component, frame)
      for b in 0..<d { factors += factor.column(b) + padding }
    }
  }

  /// L in the units of the data; standard deviations alone where there is none.
  private static func factor(_ component: Gaussian, _ frame: Frame) -> Matrix {
    let matrix = component.covariance.matrix
    let d = frame.dimension
    if frame.map != nil, let factor = frame.factor(of: component.covariance) { return factor }
    var factor = LinearAlgebra.cholesky(matrix) ?? Matrix(rows: d, columns: d)
    for a in 0..<d {
      if factor[a, a] == 0 { factor[a, a] = max(0, matrix[a, a]).squareRoot() }
      for b in 0...a {
        factor[a, b] = Double(sign: .plus, exponent: frame.exponents[a], significand: factor[a, b])
      }
    }
    return factor
  }

  func draw(
    from first: Int, labels: Span<Int>, seed: UInt64, into values: inout MutableSpan<Double>
  ) {
    let (n, d) = (labels.count, dimension)
    let pairs = (d + 1) / 2
    precondition(values.count == n * d && n <= Int(Int32.max))
    let (k, key) = (means.count / stride, CounterRandom.key(seed: seed, purpose: .sampling))
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * n * pairs) { normals in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: n + k + 1) { scratch in
        guard let a = normals.baseAddress, let scratch = scratch.baseAddress else { return }
        let b = a + n * pairs
        vm_normal_pairs(key, UInt64(first * pairs), n * pairs, a, b)
        labels.withUnsafeBufferPointer { labels in
          values.withUnsafeMutableBufferPointer { values in
            guard let labels = labels.baseAddress, let out = values.baseAddress else { return }
            let label = UnsafeRawPointer(labels).assumingMemoryBound(to: Int64.self)
            if isFull {
              vm_affine_rows(label, n, d, k, means, factors, stride, a, b, scratch, out)
            } else {
              vm_scaled_rows(label, n, d, means, factors, a, b, out)
            }
          }
        }
      }
    }
  }
}
