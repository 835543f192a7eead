/// Centres by greedy k-means++ seeding; every row starts with its nearest centre.
public struct KMeansPlusPlus: Initializer {
  /// Makes the initializer.
  public init() {}
  /// `k-means++`.
  public var name: String { "k-means++" }

  /// Seeds on the representative rows.
  public func start(_ context: StartContext) throws -> Start {
    var seeding = Seeding(context, .seeding)
    return context.start(nearest: try seeding.centres(context.components))
  }
}

/// K rows drawn at random as centres; every row starts with its nearest one.
public struct RandomCenters: Initializer {
  /// Makes the initializer.
  public init() {}
  /// `random`.
  public var name: String { "random" }

  /// Draws from the representative rows.
  public func start(_ context: StartContext) -> Start {
    var seeding = Seeding(context, .starts)
    return context.start(nearest: seeding.randomRows(context.components))
  }
}

/// Centres by k-means (Lloyd's algorithm from a k-means++ seeding) on the representative rows.
public struct KMeansInitializer: Initializer {
  /// Makes the initializer.
  public init() {}
  /// `k-means`.
  public var name: String { "k-means" }

  /// Seeds, then iterates until no more than one row of 2000 changes its cluster thrice, or 100 times.
  public func start(_ context: StartContext) throws -> Start {
    var seeding = Seeding(context, .seeding)
    let points = context.sample.points
    let lloyd = Lloyd(
      data: points.source(named: points.units.indices.map(String.init)), units: points.units,
      tolerance: 5e-4, execution: context.execution.serial)
    let run = try lloyd.run(from: seeding.centres(context.components), maximumIterations: 100)
    return context.start(nearest: run.centres)
  }
}

extension Seeding {
  init(_ context: StartContext, _ purpose: RandomPurpose) {
    self.init(
      sample: context.sample.points,
      random: CounterRandom(seed: context.seed, restart: context.restart, purpose: purpose),
      execution: context.execution)
  }
}
