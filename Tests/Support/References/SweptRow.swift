import Emulsion

/// A row with missing cells under a mean and a scale matrix, by sweeping the matrix on the columns with values
/// (Dempster 1969, section 4.3): slow, and plain.
public struct SweptRow {
  /// ln |S| over the columns with values.
  public private(set) var logDeterminant = 0.0
  /// The squared distance (x − m)ᵀS⁻¹(x − m) over these columns.
  public private(set) var distance = 0.0
  /// How many there are.
  public private(set) var observed = 0.0
  /// The row with what is expected of its missing cells.
  public private(set) var expected: [Double]
  /// What is left of S between missing cells; 0 elsewhere.
  public private(set) var rest: Matrix

  /// Sweeps; missing cells are NaN.
  public init(_ row: [Double], mean: [Double], scale: Matrix) {
    (expected, rest) = (mean, scale)
    var centred = row.indices.map { row[$0].isNaN ? 0 : row[$0] - mean[$0] }
    for p in row.indices where !row[p].isNaN {
      let (pivot, own) = (rest[p, p], centred[p])
      observed += 1
      logDeterminant += Elementary.log(pivot)
      distance += own * own / pivot
      let column = row.indices.map { rest[$0, p] / pivot }
      for i in row.indices {
        expected[i] += column[i] * own
        if !row[i].isNaN { centred[i] -= column[i] * own }
      }
      let old = row.indices.map { rest[p, $0] }
      for i in row.indices { for j in row.indices { rest[i, j] -= column[i] * old[j] } }
    }
    for i in row.indices {
      if !row[i].isNaN { expected[i] = row[i] }
      for j in row.indices where !row[i].isNaN || !row[j].isNaN { rest[i, j] = 0 }
    }
  }

  /// ln of the Gaussian density of the columns with values.
  public var gaussianLogDensity: Double {
    -0.5 * (observed * Elementary.log(2 * Double.pi) + logDeterminant + distance)
  }
}
