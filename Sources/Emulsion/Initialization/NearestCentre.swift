/// All weight on the component whose centre is nearest; ties go to the first.
struct NearestCentre: PosteriorTransform {
  /// K × d, in the units of the data.
  let centres: Matrix
  /// Distances are measured in these units, one a column.
  let units: [Double]

  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {
    let rows = block.rows
    for k in 0..<joint.components {
      var lanes = joint[component: k]
      for i in 0..<rows { lanes[i] = 0 }
      for j in 0..<block.columns {
        let (values, centre, factor) = (block.column(j), centres[k, j], 1 / units[j])
        for i in 0..<rows {
          let t = (values[i] - centre) * factor
          lanes[i] -= t * t
        }
      }
    }
    Classification().transform(
      &joint, block: block, logDensity: &logDensity)
    for i in 0..<rows { logDensity[i] = 0 }
  }
}
