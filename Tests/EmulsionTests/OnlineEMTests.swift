import Emulsion
import Foundation
import Testing

/// EM whose sums are moving averages over blocks.
@Suite struct OnlineEMTests {
  private static let data = MatrixSource(
    clusters(6000, columns: 2, components: 3, separation: 5, seed: 3))

  private func online(
    _ data: MatrixSource = data, _ algorithm: OnlineEM = OnlineEM(block: 500, passes: 8),
    _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> Model {
    try fit(data) {
      ($0.components, $0.algorithm, $0.restarts) = (3, algorithm, 3)
      change(&$0)
    }
  }

  /// Near the maximum that EM finds: blocks differ by the noise of their rows.
  @Test func itComesNearTheMaximum() throws {
    let (near, best) = (try online(), try fit(Self.data) { $0.components = 3 })
    #expect(near.logLikelihood <= best.logLikelihood + 1e-3)
    #expect(near.logLikelihood > best.logLikelihood - 25)
    #expect(abs(try near.score(Self.data) * 6000 - near.logLikelihood) < 1e-6)
    #expect(near.iterations <= 8 && near.hasConverged)
  }

  /// One block that counts for all is EM: γ = 1 is none here, but its fixed point is the same.
  @Test func withOneBlockItEndsWhereEMDoes() throws {
    let one = try online(Self.data, OnlineEM(block: 6000, passes: 300)) { $0.tolerance = 1e-6 }
    let best = try fit(Self.data) { ($0.components, $0.tolerance) = (3, 1e-6) }
    #expect(abs(one.logLikelihood - best.logLikelihood) < 0.01)
  }

  @Test func threadsGiveTheSameBits() throws {
    let (one, two) = (try online { $0.threads = 1 }, try online { $0.threads = 2 })
    #expect(one.trace == two.trace)
  }

  @Test func sortedRowsAreNoTrouble() throws {
    let matrix = Self.data.matrix
    let order = (0..<6000).sorted { matrix[$0, 0] < matrix[$1, 0] }
    let sorted = Matrix(rows: 6000, columns: 2, values: order.flatMap { Array(matrix.row($0)) })
    let best = try fit(Self.data) { $0.components = 3 }
    #expect(try online(MatrixSource(sorted)).logLikelihood > best.logLikelihood - 25)
  }

  @Test func weightsCountAsCopies() throws {
    let small = clusters(300, columns: 2, components: 3, separation: 5, seed: 5)
    let weighted = MatrixSource(small, weights: Array(repeating: 3, count: 300))
    let algorithm = OnlineEM(block: 300, passes: 5)
    let (a, b) = (
      try online(weighted, algorithm) { $0.tolerance = 0 },
      try online(MatrixSource(small), algorithm) { $0.tolerance = 0 }
    )
    #expect(abs(a.logLikelihood - 3 * b.logLikelihood) < 1e-6 * abs(a.logLikelihood))
  }

  @Test func whatCannotBeAveragedIsRefused() throws {
    #expect(throws: EmulsionError.self) { try online { $0.noise = true } }
    var holes = Self.data.matrix
    holes[3, 1] = .nan
    #expect(throws: EmulsionError.self) {
      try online(MatrixSource(holes)) { $0.takesMissing = true }
    }
  }
}
