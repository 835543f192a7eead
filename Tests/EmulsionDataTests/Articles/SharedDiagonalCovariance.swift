// The code of the article "Adding a covariance model"; a test compares the two.

// article: model
import Emulsion

/// All components share one covariance without correlations: Σ = diag(Σₖ Wₖ) / N.
struct SharedDiagonalCovariance: CovarianceModel {
  var name: String { "shared-diagonal" }
  var form: ScatterForm { .diagonal }
  var isColumnScaleEquivariant: Bool { true }
  var sharesCovariance: Bool { true }

  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
    guard var shared = scatters.first else { return [] }
    let total = counts.reduce(0, +)
    for j in shared.values.indices {
      shared.values[j] = scatters.reduce(0) { $0 + $1.values[j] } / total
    }
    return scatters.map { _ in shared }
  }

  func freeParameters(components: Int, dimension: Int) -> Int { dimension }
}
// article: end
