/// Posteriors and labels of a block's rows with noise: it comes after the components, or has its own label.
extension BlockEvaluator {
  /// Writes the posterior probabilities of the components, and then of the noise, row after row.
  mutating func writePosterior(into out: inout MutableSpan<Double>) {
    let rows = buffer.rows
    guard let noise else { return joint.lanes.writeRows(count: rows, into: &out) }
    let k = joint.components
    for i in 0..<rows {
      for c in 0..<k { out[i * (k + 1) + c] = joint.lanes(c, rows)[i] }
      out[i * (k + 1) + k] = noise.probability(i)
    }
  }

  /// Writes which component is the most probable; ties go to the first, and to components.
  mutating func writeLabels(into out: inout MutableSpan<Int>) {
    let rows = buffer.rows
    joint.lanes.writeLargest(count: rows, into: &out)
    guard let noise else { return }
    for i in 0..<rows where noise.probability(i) > joint.lanes(out[i], rows)[i] {
      out[i] = Noise.label
    }
  }

  /// Writes ln max γ and −Σ γ ln γ of each row into two rows of `terms`.
  mutating func classify(into terms: inout LaneMatrix) {
    let rows = buffer.rows
    joint.lanes.classify(count: rows, into: &terms)
    guard let noise else { return }
    for i in 0..<rows {
      let probability = noise.probability(i)
      guard probability > 0 else { continue }
      let logarithm = naturalLog(probability)
      var largest = terms[row: 0]
      largest[i] = max(largest[i], logarithm)
      var entropy = terms[row: 1]
      entropy[i] -= probability * logarithm
    }
  }
}
