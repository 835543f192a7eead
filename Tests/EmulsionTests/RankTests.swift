import Emulsion
import EmulsionTestKit
import Synchronization
import Testing

/// Several processes that share the rows, as threads of this one.
@Suite struct RankTests {
  /// 40,000 rows of two clusters in three columns.
  private static let rows: MatrixSource = {
    var random = CounterRandom(seed: 5)
    let values = (0..<40_000).flatMap { i in
      (0..<3).map { j in random.normal() + (i % 3 == 0 ? Double(2 * j) : 0) }
    }
    return MatrixSource(Matrix(rows: 40_000, columns: 3, values: values))
  }()

  private static func fit(_ ranks: LocalRanks?, _ change: (inout FitOptions) -> Void = { _ in })
    throws -> Model
  {
    var catalogue = Catalogue.standard
    catalogue.ranks = ranks
    var options = FitOptions()
    (options.components, options.threads, options.maximumIterations) = (3, 1, 30)
    change(&options)
    return try catalogue.fit(rows, options)
  }

  private static func bits(_ model: Model) -> [UInt64] {
    (model.trace + model.weights + model.parameters.flatMap { $0.flatMap(\.value.numbers) }
      + [model.entropy, model.icl]).map(\.bitPattern)
  }

  @Test(arguments: [2, 3, 4, 7], [1, 2])
  func bitsDoNotDependOnRanks(_ count: Int, _ threads: Int) throws {
    let alone = Self.bits(try Self.fit(nil))
    let models = try LocalRanks.run(count) { ranks in
      try Self.fit(ranks) { $0.threads = threads }
    }
    for model in models { #expect(Self.bits(model) == alone) }
  }

  @Test(arguments: ["noise", "sem", "diagonal"])
  func norWithOptions(_ what: String) throws {
    @Sendable func change(_ options: inout FitOptions) {
      switch what {
      case "noise": options.noise = true
      case "sem": options.algorithm = StochasticEM()
      default: (options.covariance, options.components) = ("diagonal", 12)
      }
    }
    let alone = Self.bits(try Self.fit(nil, change))
    for model in try LocalRanks.run(3, { try Self.fit($0, change) }) {
      #expect(Self.bits(model) == alone)
    }
  }

  @Test func nothingIsSharedThatIsSmall() throws {
    let sent = try LocalRanks.run(2) { ranks in
      var catalogue = Catalogue.standard
      catalogue.ranks = ranks
      var options = FitOptions()
      (options.components, options.threads) = (2, 2)
      let few = Matrix(
        rows: 300, columns: 3, values: Array(Self.rows.matrix.values.prefix(900)))
      _ = try catalogue.fit(MatrixSource(few), options)
      return ranks.bytesSent
    }
    #expect(sent == [0, 0])
  }

  /// A rank sends what it summed up once, and passes the result on once a branch below it.
  @Test func bytesGrowAsParametersTimesRanks() throws {
    func bytes(_ ranks: Int, iterations: Int) throws -> Int {
      try LocalRanks.run(ranks) { ranks in
        _ = try Self.fit(ranks) {
          ($0.maximumIterations, $0.tolerance, $0.restarts, $0.prunes) = (iterations, 0, 1, false)
          $0.initializer = GivenMeans(
            means: Matrix(rows: 3, columns: 3, values: [0, 0, 0, 1, 2, 3, -1, -1, -1]))
        }
        return ranks.bytesSent
      }.max() ?? 0
    }
    // 3 components of 1 + 3 + 6 sums, as doubles, with names.
    let sums = 3 * 10 * 8
    for ranks in [2, 4, 8] {
      let perIteration = try (bytes(ranks, iterations: 12) - bytes(ranks, iterations: 2)) / 10
      // At most a part a level of the tree goes up, and one result down, for each rank but the first.
      #expect(perIteration < (ranks - 1) * 12 * 5 * sums, "\(ranks) ranks: \(perIteration)")
      #expect(perIteration > (ranks - 1) * 2 * sums)
    }
  }

  @Test func anErrorOfOneRankIsThatOfAll() throws {
    var values = Self.rows.matrix.values
    values[3 * 39_000 + 1] = .nan
    let broken = MatrixSource(Matrix(rows: 40_000, columns: 3, values: values))
    let messages = try LocalRanks.run(3) { ranks in
      var catalogue = Catalogue.standard
      catalogue.ranks = ranks
      var options = FitOptions()
      options.threads = 1
      do {
        _ = try catalogue.fit(broken, options)
        return ""
      } catch let error as EmulsionError { return error.message }
    }
    #expect(Set(messages).count == 1)
    #expect(messages[0].contains("row 39001"))
  }

  @Test func aWishToStopOfOneRankStopsAll() throws {
    let models = try LocalRanks.run(3) { ranks in
      let begin = ContinuousClock.now
      return try Self.fit(ranks) {
        ($0.maximumIterations, $0.tolerance) = (100_000, 0)
        if ranks.rank == 1 { $0.isCancelled = { begin.duration(to: .now) > .milliseconds(300) } }
      }
    }
    let areStopped = models.map { $0.isCancelled }
    #expect(!areStopped.contains(false))
    #expect(Set(models.map { Self.bits($0) }).count == 1)
  }

  /// Of few rows each rank has all, and fits some of the cells.
  @Test(arguments: [2, 3], ["bic", "cv"])
  func cellsAreDealtToRanks(_ count: Int, _ criterion: String) throws {
    let few = MatrixSource(
      Matrix(rows: 300, columns: 3, values: Array(Self.rows.matrix.values.prefix(900))))
    @Sendable func selected(_ ranks: LocalRanks?) throws -> (bits: [UInt64], fits: Int) {
      var catalogue = Catalogue.standard
      catalogue.ranks = ranks
      var options = SelectionOptions()
      (options.components, options.covariances) = ([1, 2, 3, 4], ["VVV", "EEI", "VVI"])
      options.criterion = try catalogue.criterion(named: criterion)
      options.folds = 3
      options.fit.threads = 1
      let seen = Mutex<Set<String>>([])
      options.fit.progress = ProgressHandler(isConcurrent: true) { progress in
        seen.withLock { _ = $0.insert("\(progress.components) \(progress.covariance)") }
      }
      let selection = try catalogue.select(few, options)
      let bits = selection.entries.flatMap { entry in
        [entry.logLikelihood, entry.bic, entry.crossValidation ?? 0].map(\.bitPattern)
          + (entry.model?.weights ?? []).map(\.bitPattern)
      }
      return (bits + Self.bits(selection.best), seen.withLock { $0.count })
    }
    let alone = try selected(nil)
    let dealt = try LocalRanks.run(count) { try selected($0) }
    for rank in dealt { #expect(rank.bits == alone.bits) }
    #expect(dealt.contains { $0.fits < alone.fits })
  }

  @Test func ranksAgree() throws {
    let answers = try LocalRanks.run(5) { ranks in try ranks.told { ranks.rank } }
    #expect(answers == [0, 0, 0, 0, 0])
    #expect(throws: EmulsionError.self) {
      _ = try LocalRanks.run(3) { ranks in
        try ranks.requireSame(ranks.rank == 2 ? "b" : "a", "scripts")
      }
    }
  }

  private enum Choice: Codable, Equatable {
    case none
    case text(String)
    case pair(Double, name: [Int?])
  }

  private struct Sample: Codable, Equatable {
    var choices: [Choice]
    var numbers: [Double]
    var nested: [[Double]]
    var absent: Int?
    var present: Int?
    var list: [Double?]
    var byName: [String: [Float]]
    var text: String
    var truth: Bool
    var count: UInt64
  }

  @Test func binaryCodingKeepsEveryBit() throws {
    let sample = Sample(
      choices: [.text("a"), .none, .pair(0.1, name: [1, nil])],
      numbers: [.infinity, -0.0, .leastNonzeroMagnitude, 0.1], nested: [[], [1]], absent: nil,
      present: -3,
      list: [nil, 2], byName: ["ä": [1.5], "b": []], text: "ü\0", truth: true, count: .max)
    let bytes = try BinaryEncoder.bytes(of: sample)
    let again: Sample = try BinaryDecoder.value(from: bytes)
    #expect(again == sample)
    #expect(again.numbers[1].sign == .minus)
    let nan: [Double] = try BinaryDecoder.value(from: BinaryEncoder.bytes(of: [Double.nan]))
    #expect(nan[0].isNaN)
    for count in 0..<bytes.count {
      #expect(throws: EmulsionError.self) {
        let _: Sample = try BinaryDecoder.value(from: Array(bytes[..<count]))
      }
    }
  }
}
