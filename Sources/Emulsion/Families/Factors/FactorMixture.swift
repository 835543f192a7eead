import CVectorMath

/// Factor analysers ready to be evaluated: log-densities and factor scores are linear in y = x − c, its squares,
/// and the scores' own squares, so that a row costs O(K·d·q).
struct FactorMixture: PreparedMixture {
  /// Components that are measured from one reference.
  struct Part: Sendable {
    let components: [Int]
    /// c, in the frame.
    let reference: [Double]
    /// What y and y² are multiplied by, n × 2d, and what is added.
    let natural: [Double]
    let offsets: [Double]
    /// A of each component, one after the other, nq × d, and −A(μ − c).
    let projections: [Double]
    let projectionOffsets: [Double]
  }

  let frame: Frame
  let factors: Int
  let components: Int
  let forms: [FactorForm]
  let parts: [Part]

  var dimension: Int { frame.dimension }

  func makeWorker(lanes: Int) -> any BlockWorker<FeatureSums> { FactorWorker(self, lanes: lanes) }

  /// - Throws: `degenerate` where a component has no density.
  init(_ family: FactorFamily, _ components: [FactorGaussian]) throws {
    frame = family.frame
    factors = family.pattern.factors
    self.components = components.count
    let forms = try FactorForm.all(of: components)
    self.forms = forms
    let origin = [Double].zeros(frame.dimension)
    let constant = -0.5 * Double(frame.dimension) * logTwoPi + frame.logJacobian
    let isApart = zip(components, forms).map { FactorFamily.isApart($0, $1) }
    func part(_ chosen: [Int], _ reference: [Double]) -> Part {
      var (natural, offsets, projections, shifts): ([Double], [Double], [Double], [Double]) = (
        [], [], [], []
      )
      for k in chosen {
        let (form, component) = (forms[k], components[k])
        let delta = zip(component.mean, reference).map { $0 - $1 }
        natural += zip(form.precisions, delta).map { $0 * $1 }
        natural += form.precisions.map { -0.5 * $0 }
        let quadratic = zip(form.precisions, delta).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
        offsets.append(constant - 0.5 * (form.logDeterminant + quadratic))
        projections += form.projection.values
        shifts += form.offset(delta).map { -$0 }
      }
      return Part(
        components: chosen, reference: reference, natural: natural, offsets: offsets,
        projections: projections, projectionOffsets: shifts)
    }
    let together = components.indices.filter { !isApart[$0] }
    parts =
      (together.isEmpty ? [] : [part(together, origin)])
      + components.indices.filter { isApart[$0] }.map { part([$0], components[$0].mean) }
  }
}

extension FactorForm {
  /// Aδ.
  func offset(_ delta: [Double]) -> [Double] {
    (0..<projection.rows).map { f in
      var sum = 0.0
      for j in delta.indices { sum += projection[f, j] * delta[j] }
      return sum
    }
  }
}

/// One thread's features, scores and sums.
private final class FactorWorker: BlockWorker {
  private let mixture: FactorMixture
  private let scales: [Double]
  /// y and y².
  private var features: LaneMatrix
  /// What the features hold: the block's, about the reference of this part.
  private var written: Int?
  private var parts: PartList

  init(_ mixture: FactorMixture, lanes: Int) {
    self.mixture = mixture
    scales = mixture.frame.scales
    features = LaneMatrix(rows: 2 * mixture.dimension, lanes: lanes)
    parts = PartList(mixture, lanes: lanes)
  }

  private func writeFeatures(of block: borrowing Block, _ p: Int) {
    if written == p { return }
    let (d, rows) = (mixture.dimension, block.rows)
    let reference = mixture.parts[p].reference
    for j in 0..<d {
      var lanes = features[row: j]
      Lanes.standardize(
        block.column(j), origin: mixture.frame.origin[j], scale: scales[j],
        reference: reference[j], into: &lanes)
    }
    features.writeSquares(dimension: d, rows: rows)
    written = p
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    written = nil
    for p in mixture.parts.indices {
      writeFeatures(of: block, p)
      parts.evaluate(p, mixture, features, rows: block.rows)
      parts.add(p, mixture, rows: block.rows, to: &joint)
    }
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    for p in mixture.parts.indices {
      writeFeatures(of: block, p)
      parts.accumulate(p, mixture, features, responsibilities, rows: block.rows)
    }
  }

  func takeStatistics() -> FeatureSums { parts.takeStatistics(mixture) }
}

/// Scores and sums of the components, part by part.
private struct PartList: ~Copyable {
  /// ln p of each component, then its weights.
  private var densities: LaneMatrix
  /// ζ of each component, q rows each.
  private var scores: LaneMatrix
  private let q: Int
  private let d: Int
  /// The first of each part's components among the rows.
  private var starts: [Int] = []
  private var counts: [Double]
  private var sums: [Double]
  private var scoreSums: [Double]
  private var products: [Double]

  init(_ mixture: FactorMixture, lanes: Int) {
    (q, d) = (mixture.factors, mixture.dimension)
    let k = mixture.components
    densities = LaneMatrix(rows: k, lanes: lanes)
    scores = LaneMatrix(rows: k * q, lanes: lanes)
    var start = 0
    for part in mixture.parts {
      starts.append(start)
      start += part.components.count
    }
    counts = .zeros(k)
    sums = .zeros(k * 2 * d)
    scoreSums = .zeros(k * q)
    products = .zeros(k * q * d)
  }

  /// Writes log-densities and scores of a part.
  mutating func evaluate(
    _ p: Int, _ mixture: FactorMixture, _ features: borrowing LaneMatrix, rows: Int
  ) {
    let (part, n, start) = (mixture.parts[p], mixture.parts[p].components.count, starts[p])
    let own = densities.base + start * densities.stride
    let ownScores = scores.base + start * q * scores.stride
    vm_expectation_product(
      n, rows, 2 * d, part.natural, part.offsets, features.base, features.stride, true, own,
      densities.stride)
    vm_expectation_product(
      n * q, rows, d, part.projections, part.projectionOffsets, features.base, features.stride,
      true, ownScores, scores.stride)
    for i in 0..<n {
      let lanes = own + i * densities.stride
      for f in 0..<q {
        let score = ownScores + (i * q + f) * scores.stride
        for lane in 0..<rows { lanes[lane] += 0.5 * score[lane] * score[lane] }
      }
      // A row whose squares leave the doubles is too far for any density.
      for lane in 0..<rows where lanes[lane].isNaN { lanes[lane] = -.infinity }
    }
  }

  func add(_ p: Int, _ mixture: FactorMixture, rows: Int, to joint: inout Joint) {
    let places = joint.places(of: mixture.parts[p].components)
    for (i, place) in places.enumerated() {
      guard let place else { continue }
      let own = densities.lanes(starts[p] + i, rows)
      var lanes = joint[component: place]
      for lane in 0..<rows { lanes[lane] += own[lane] }
    }
  }

  mutating func accumulate(
    _ p: Int, _ mixture: FactorMixture, _ features: borrowing LaneMatrix,
    _ responsibilities: borrowing Joint, rows: Int
  ) {
    let (part, start) = (mixture.parts[p], starts[p])
    let n = part.components.count
    let padded = min(densities.stride, (rows + 7) & ~7)
    for (i, place) in responsibilities.places(of: part.components).enumerated() {
      let own = densities.base + (start + i) * densities.stride
      for lane in 0..<padded { own[lane] = 0 }
      if let place {
        let lanes = responsibilities.lanes(place, rows)
        for lane in 0..<rows { own[lane] = lanes[lane] }
      }
      var count = 0.0
      for lane in 0..<rows { count += own[lane] }
      counts[start + i] += count
      for f in 0..<q {
        let row = (start + i) * q + f
        let score = scores.base + row * scores.stride
        var sum = 0.0
        for lane in 0..<rows {
          score[lane] *= own[lane]
          sum += score[lane]
        }
        for lane in rows..<padded { score[lane] = 0 }
        scoreSums[row] += sum
      }
    }
    let (d, q) = (d, q)
    let weights = densities.base + start * densities.stride
    let weighted = scores.base + start * q * scores.stride
    let (stride, scoreStride) = (densities.stride, scores.stride)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      vm_maximisation_product(
        n, 2 * d, rows, weights, stride, features.base, features.stride, sums + start * 2 * d)
    }
    products.withUnsafeMutableBufferPointer { products in
      guard let products = products.baseAddress else { return }
      vm_maximisation_product(
        n * q, d, rows, weighted, scoreStride, features.base, features.stride,
        products + start * q * d)
    }
  }

  mutating func takeStatistics(_ mixture: FactorMixture) -> FeatureSums {
    let width = FactorSums.count(dimension: d, factors: q)
    var result = FeatureSums(components: mixture.components, features: width)
    for (p, part) in mixture.parts.enumerated() {
      for (i, k) in part.components.enumerated() {
        let row = starts[p] + i
        let transposed = Matrix(
          rows: q, columns: d, values: Array(products[row * q * d..<(row + 1) * q * d]))
        let own = FactorSums(
          mixture.forms[k],
          offset: part.projectionOffsets[i * q..<(i + 1) * q].map { -$0 }, count: counts[row],
          linear: Array(sums[row * 2 * d..<(row * 2 + 1) * d]),
          squares: Array(sums[(row * 2 + 1) * d..<(row + 1) * 2 * d]),
          scores: Array(scoreSums[row * q..<(row + 1) * q]), products: transposed.transposed())
        result.values.replaceSubrange(k * width..<(k + 1) * width, with: own.values)
      }
    }
    counts = .zeros(counts.count)
    sums = .zeros(sums.count)
    scoreSums = .zeros(scoreSums.count)
    products = .zeros(products.count)
    return result
  }
}

extension LaneMatrix {
  /// Writes the squares of the first d rows into the rows below them.
  fileprivate mutating func writeSquares(dimension d: Int, rows count: Int) {
    precondition(rows == 2 * d && count <= stride)
    clearPadding(from: count)
    vm_squares(base, stride, count, d, base + d * stride)
  }
}

extension Joint {
  /// The rows of some components; `nil` for those that are left out.
  fileprivate func places(of components: [Int]) -> [Int?] {
    isComplete ? components : components.map { active.firstIndex(of: $0) }
  }
}
