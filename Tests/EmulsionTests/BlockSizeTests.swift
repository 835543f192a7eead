import Emulsion
import Synchronization
import Testing

/// The exponential density of one column, worked on in blocks of a size to be chosen.
private struct BlockwiseExponential: ComponentwiseFamily, FamilyDefinition {
  struct Rate: MixtureComponent { var rate: Double }

  var rowsPerBlock: Int
  var maximumConcurrency = Int.max
  let seen: Seen

  /// The numbers of rows of the blocks that came.
  final class Seen: Sendable {
    let blocks = Mutex<Set<Int>>([])
    let threads = Mutex<(now: Int, most: Int)>((0, 0))
  }

  var name: String { "blockwise" }
  var dimension: Int { 1 }

  func makeFamily(in context: FamilyContext) -> any ComponentFamily { self }
  func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) -> any ComponentFamily { self }
  func encode(to encoder: any Encoder) throws { try name.encode(to: encoder) }

  func neutralComponents(_ k: Int) -> [Rate] { Array(repeating: Rate(rate: 1), count: k) }
  func emptyStatistics() -> Sums { Sums(count: 2) }

  func addLogDensity(
    of block: borrowing Block, under component: Rate, to lanes: inout MutableSpan<Double>
  ) {
    seen.threads.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
    defer { seen.threads.withLock { $0.now -= 1 } }
    seen.blocks.withLock { _ = $0.insert(block.rows) }
    let values = block.column(0)
    for i in values.indices {
      lanes[i] += Elementary.log(component.rate) - component.rate * values[i]
    }
  }

  func accumulate(
    _ block: borrowing Block, weights: Span<Double>, under component: Rate, into sums: inout Sums
  ) {
    sums[0] += Lanes.sum(weights)
    sums[1] += Lanes.dot(weights, block.column(0))
  }

  func estimate(_ statistics: [Sums], counts: [Double], previous: [Rate]) -> [Rate] {
    statistics.map { Rate(rate: $0[0] / $0[1]) }
  }

  func freeParameters(_ components: [Rate]) -> Int { components.count }
  func parameters(of component: Rate) -> [NamedParameter] {
    [NamedParameter("rate", .scalar(component.rate))]
  }
  func component(from parameters: [String: ParameterValue]) throws -> Rate {
    var reader = ParameterReader(parameters, of: name)
    return Rate(rate: try reader.number("rate", in: .positive))
  }
  func sample(_ component: Rate, using random: inout CounterRandom) -> [Double] {
    [random.gamma(shape: 1) / component.rate]
  }
}

@Suite("Families that ask for larger blocks")
struct BlockSizeTests {
  private let data: MatrixSource = {
    var random = CounterRandom(seed: 3)
    let values = (0..<30_000).map { random.gamma(shape: 1) * ($0 % 3 == 0 ? 10 : 1) }
    return MatrixSource(Matrix(rows: 30_000, columns: 1, values: values))
  }()

  private func model(_ family: BlockwiseExponential, threads: Int = 2) throws -> Model {
    var options = FitOptions()
    options.family = family
    options.components = 2
    options.initializer = GivenParameters([["rate": .scalar(1)], ["rate": .scalar(0.1)]])
    options.maximumIterations = 10
    options.tolerance = 0
    options.threads = threads
    return try Catalogue.standard.fit(data, options)
  }

  @Test("They get them, with the results of small ones", arguments: [300, 4096, 10_000])
  func size(_ rows: Int) throws {
    let (few, many) = (BlockwiseExponential.Seen(), BlockwiseExponential.Seen())
    let small = try model(BlockwiseExponential(rowsPerBlock: 256, seen: few))
    let large = try model(BlockwiseExponential(rowsPerBlock: rows, seen: many))
    #expect(few.blocks.withLock { $0.max() } == 256)
    #expect(many.blocks.withLock { $0.max() } == rows)
    #expect(abs(small.logLikelihood - large.logLikelihood) < 1e-9 * abs(small.logLikelihood))
    for (a, b) in zip(try large.logDensity(data), try small.logDensity(data)) {
      #expect(abs(a - b) < 1e-9)
    }
    let alone = try model(
      BlockwiseExponential(rowsPerBlock: rows, seen: .init()), threads: 1)
    #expect(alone.trace == large.trace)
  }

  @Test("No block is smaller than the driver's")
  func smallest() throws {
    let seen = BlockwiseExponential.Seen()
    _ = try model(BlockwiseExponential(rowsPerBlock: 1, seen: seen))
    #expect(seen.blocks.withLock { $0.max() } == 256)
  }

  @Test("What allows one thread is never entered by two, restarts and selections included")
  func concurrency() throws {
    let seen = BlockwiseExponential.Seen()
    let family = BlockwiseExponential(rowsPerBlock: 256, maximumConcurrency: 1, seen: seen)
    var options = SelectionOptions()
    options.components = [1, 2, 3]
    options.families = [family, GaussianDefinition()]
    options.fit.threads = 4
    let small = MatrixSource(
      Matrix(rows: 2000, columns: 1, values: Array(data.matrix.values.prefix(2000))))
    _ = try Catalogue.standard.select(small, options)
    #expect(seen.threads.withLock { $0.most } == 1)
  }
}
