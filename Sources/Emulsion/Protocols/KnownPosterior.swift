/// A row's given responsibilities.
struct KnownPosterior: PosteriorTransform {
  /// A row a record of the data, by ``Block/rowID(_:)``.
  private let responsibilities: Matrix

  init(of responsibilities: Matrix) { self.responsibilities = responsibilities }

  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {
    for k in 0..<joint.components {
      var lanes = joint[component: k]
      for i in 0..<block.rows { lanes[i] = responsibilities[block.rowID(i), k] }
    }
    for i in 0..<block.rows { logDensity[i] = 0 }
  }
}
