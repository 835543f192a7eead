import Emulsion
import Synchronization
import Testing

/// A family that wraps another says and does what that one does.
@Suite struct WrapperLaws {
  private static let components = 12
  private static let rows = clusters(8000, columns: 3, components: components, separation: 20)
  private static var data: MatrixSource {
    MatrixSource(rows, weights: (0..<8000).map { 1 + Double($0 % 3) })
  }

  /// A fit from the rows' own clusters, and the share of joint densities that its last pass evaluated.
  private func run(_ family: any FamilyDefinition) throws -> (model: Model, share: Double) {
    let share = Mutex(1.0)
    let model = try fit(Self.data) {
      $0.family = family
      $0.components = Self.components
      $0.initializer = GivenLabels((0..<8000).map { $0 % Self.components })
      $0.maximumIterations = 6
      $0.tolerance = 0
      $0.progress = ProgressHandler(isConcurrent: true) { progress in
        share.withLock { $0 = progress.evaluatedShare }
      }
    }
    return (model, share.withLock { $0 })
  }

  @Test func `a product of one factor over all columns equals the factor`() throws {
    let bare = try run(GaussianDefinition())
    let wrapped = try run(
      ProductDefinition([GaussianDefinition().on(columns: Self.data.columnNames)]))
    #expect(wrapped.model.trace == bare.model.trace)
    #expect(wrapped.model.weights == bare.model.weights)
    #expect(wrapped.model.freeParameters == bare.model.freeParameters)
    #expect(wrapped.share == bare.share && bare.share < 0.5)
    let (a, b) = (wrapped.model, bare.model)
    #expect(try a.logDensity(Self.data) == b.logDensity(Self.data))
    #expect(try a.posterior(Self.data) == b.posterior(Self.data))
    #expect(try a.sample(1000, seed: 3).rows == b.sample(1000, seed: 3).rows)
    let pairs = zip(a.parameters, b.parameters)
    #expect(pairs.allSatisfy { $0.map(\.value.numbers) == $1.map(\.value.numbers) })
  }

  @Test func `a product of Gaussians leaves out what its factors would`() throws {
    let diagonal = try run(GaussianDefinition(covariance: "diagonal"))
    let names = Self.data.columnNames
    let product = try run(
      ProductDefinition([
        GaussianDefinition(covariance: "diagonal").on(columns: [names[2], names[0]]),
        GaussianDefinition(covariance: "diagonal").on(columns: [names[1]]),
      ]))
    #expect(product.share < 0.5 && diagonal.share < 0.5)
    for (x, y) in zip(product.model.trace, diagonal.model.trace) { #expect(areClose(x, y, 1e-12)) }
    #expect(product.model.freeParameters == diagonal.model.freeParameters)
  }
}
