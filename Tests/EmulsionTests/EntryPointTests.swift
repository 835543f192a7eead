import Emulsion
import EmulsionData
import Testing

/// What programs in Swift begin with.
@Suite struct EntryPointTests {
  private let data: MatrixSource

  init() throws {
    let table = try DataSets.table(named: "faithful")
    data = MatrixSource(try table.matrix(), columnNames: table.names)
  }

  @Test func `options are given by name, and parameters found by theirs`() throws {
    let model = try Model(
      fitting: data, FitOptions(components: 2, covariance: "diagonal", seed: 3, restarts: 2))
    var options = FitOptions()
    (options.components, options.covariance) = (2, "diagonal")
    (options.seed, options.restarts) = (3, 2)
    let other = try Catalogue.standard.fit(data, options)
    #expect(model.trace == other.trace && model.manifest == other.manifest)
    #expect(model.parameters[0]["mean"] == .vector(Array(try #require(model.means).row(0))))
    #expect(model.parameters[0]["rate"] == nil)
  }

  @Test func `a fit and a search in tasks have the same bits`() async throws {
    let options = FitOptions(components: 3)
    let waited = try await Catalogue.standard.fit(data, options)
    let alone = try plain(options)
    #expect(waited.trace == alone.trace)
    var grid = SelectionOptions()
    grid.components = [1, 2]
    #expect(try await Catalogue.standard.select(data, grid).best.components == 2)
  }

  private func plain(_ options: FitOptions) throws -> Model {
    try Catalogue.standard.fit(data, options)
  }

  /// The fit would go on for hours.
  @Test func `a task that is cancelled ends its fit`() async throws {
    let begun = AsyncStream<Void>.makeStream()
    var options = FitOptions(components: 6, restarts: 1)
    (options.tolerance, options.maximumIterations) = (0, 1 << 30)
    options.progress = ProgressHandler(isConcurrent: true) { _ in begun.continuation.yield() }
    let (data, endless) = (data, options)
    let task = Task { try await Catalogue.standard.fit(data, endless) }
    for await _ in begun.stream { break }
    task.cancel()
    #expect(try await task.value.isCancelled)
  }
}
