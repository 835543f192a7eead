/// Free coordinates of K covariances Σₖ = λₖMₖ, |Mₖ| = 1, about given ones, as their structure has them.
///
/// Volumes λₖ have their logarithms as coordinates. Where shape and orientation are both a component's own, or both
/// common, Mₖ = L exp(S) Lᵀ with S symmetric of trace 0, which has no singular points; else Mₖ = D exp(K) A
/// exp(s) exp(K)ᵀ Dᵀ, with K skew and s of sum 0. The letters are those of Celeux & Govaert (1995).
struct CovarianceChart: Sendable {
  private let geometry: Geometry
  private let d: Int
  private let volumes: [Double]
  /// Factors L, axes (one a row), or nothing where axes are the columns.
  private let frames: [Matrix]
  /// Diagonals of A.
  private let shapes: [[Double]]

  private enum Kind { case aligned, factored, turned }
  private var kind: Kind {
    geometry.orientation == .identity
      ? .aligned : geometry.shape == geometry.orientation ? .factored : .turned
  }

  /// - Parameter isTied: Whether all components have the same covariance, whatever the structure.
  init?(_ covariances: [Matrix], _ given: Geometry, isTied: Bool) {
    func part(_ part: Geometry.Part) -> Geometry.Part {
      isTied && part == .variable ? .equal : part
    }
    geometry = Geometry(part(given.volume), part(given.shape), part(given.orientation))
    d = covariances.first?.rows ?? 0
    let factors = covariances.compactMap { LinearAlgebra.cholesky($0) }
    guard d > 0, factors.count == covariances.count else { return nil }
    let d = d
    let volumes = factors.map { factor in
      exponential(
        (0..<d).reduce(0) { $0 + 2 * naturalLog(factor[$1, $1]) } / Double(d))
    }
    self.volumes = volumes
    let normal = zip(covariances, volumes).map { matrix, volume in
      Matrix(rows: d, columns: d, values: matrix.values.map { $0 / volume })
    }
    if geometry.orientation == .identity {
      frames = []
      shapes = normal.map { matrix in (0..<d).map { matrix[$0, $0] } }
    } else if geometry.shape == geometry.orientation {
      frames = zip(factors, volumes).map { factor, volume in
        Matrix(rows: d, columns: d, values: factor.values.map { $0 / volume.squareRoot() })
      }
      shapes = []
    } else if geometry.orientation == .variable {
      let found = normal.compactMap { LinearAlgebra.eigen($0) }
      guard found.count == normal.count else { return nil }
      frames = found.map(\.vectors)
      shapes = found.map(\.values)
    } else {
      // One matrix with the common axes, whose eigenvalues differ unless all components' agree.
      var sum = Matrix(rows: d, columns: d)
      for (k, matrix) in normal.enumerated() {
        for i in matrix.values.indices {
          sum.values[i] += matrix.values[i] * (1 + 0.37 * Double(k))
        }
      }
      guard let axes = LinearAlgebra.eigen(sum)?.vectors else { return nil }
      frames = normal.map { _ in axes }
      shapes = normal.map { matrix in
        (0..<d).map { j in
          let axis = Array(axes.row(j))
          return (0..<d).reduce(0) { sum, a in
            sum + (0..<d).reduce(0) { $0 + axis[a] * matrix[a, $1] * axis[$1] }
          }
        }
      }
    }
  }

  private func times(_ part: Geometry.Part) -> Int { [0, 1, volumes.count][part.rawValue] }
  private var rotations: Int { d * (d - 1) / 2 }

  /// How many coordinates there are.
  var count: Int { geometry.freeParameters(components: volumes.count, dimension: d) }

  /// What each coordinate is of, for messages: a component from 0, or `nil` for all.
  var components: [Int?] {
    func owners(_ part: Geometry.Part, _ width: Int) -> [Int?] {
      (0..<times(part)).flatMap { k in
        Array(repeating: part == .variable ? k : nil, count: width)
      }
    }
    return owners(geometry.volume, 1) + owners(geometry.shape, d - 1)
      + owners(geometry.orientation, rotations)
  }

  /// The covariances at coordinates, 0 being the given ones.
  func covariances(at x: [Double]) -> [Matrix] {
    let shapesFrom = times(geometry.volume)
    let turnsFrom = shapesFrom + times(geometry.shape) * (d - 1)
    return volumes.indices.map { k in
      func place(_ part: Geometry.Part) -> Int { part == .variable ? k : 0 }
      let volume = volumes[k] * exponential(x[place(geometry.volume)])
      var s = [Double].zeros(d)
      if geometry.shape != .identity {
        let start = shapesFrom + place(geometry.shape) * (d - 1)
        for j in 0..<(d - 1) {
          s[j] = x[start + j]
          s[d - 1] -= s[j]
        }
      }
      var turns = Matrix(rows: d, columns: d)
      if geometry.orientation != .identity {
        var next = turnsFrom + place(geometry.orientation) * rotations
        for i in 0..<d {
          for j in i + 1..<max(d, i + 1) {
            turns[i, j] = x[next]
            turns[j, i] = kind == .factored ? x[next] : -x[next]
            next += 1
          }
        }
      }
      return normal(k, s, turns).scaled(by: volume)
    }
  }

  private func normal(_ k: Int, _ s: [Double], _ turns: Matrix) -> Matrix {
    switch kind {
    case .aligned:
      var result = Matrix(rows: d, columns: d)
      for j in 0..<d { result[j, j] = shapes[k][j] * exponential(s[j]) }
      return result
    case .factored:
      var symmetric = turns
      for j in 0..<d { symmetric[j, j] = s[j] }
      return (frames[k] * symmetric.exponential * frames[k].transposed()).symmetric
    case .turned:
      let axes = turns.exponential * frames[k]
      var scaled = axes
      for i in 0..<d {
        for j in 0..<d { scaled[i, j] *= shapes[k][i] * exponential(s[i]) }
      }
      return (axes.transposed() * scaled).symmetric
    }
  }
}

extension Matrix {
  /// The matrix without what rounding made unsymmetric.
  fileprivate var symmetric: Matrix {
    var result = self
    for i in 0..<rows {
      for j in 0..<i {
        result[i, j] = (self[i, j] + self[j, i]) / 2
        result[j, i] = result[i, j]
      }
    }
    return result
  }

  /// exp of a square matrix, by its series after halving until it is small.
  fileprivate var exponential: Matrix {
    let size = values.map(abs).max() ?? 0
    guard size > 0, size.isFinite else { return .identity(rows) }
    var halvings = 0
    var factor = 1.0
    while size * factor * Double(rows) > 0.5 && halvings < 60 {
      (halvings, factor) = (halvings + 1, factor / 2)
    }
    let small = scaled(by: factor)
    var (result, term) = (Matrix.identity(rows), Matrix.identity(rows))
    for order in 1...16 {
      term = (term * small).scaled(by: 1 / Double(order))
      for i in result.values.indices { result.values[i] += term.values[i] }
    }
    for _ in 0..<halvings { result = result * result }
    return result
  }
}
