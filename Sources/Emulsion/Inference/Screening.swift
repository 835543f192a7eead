/// Short runs of EM that settle which replicates of a likelihood-ratio test stay far below the statistic of the data.
///
/// EM goes on from the model that rows were drawn from, and then from splits of what it comes to. The search of a fit may
/// come further: in 2,272 replicates of eleven tests with various structures and numbers of components by up to 1.3 nats
/// for each free parameter of the larger fit. What stays two nats a parameter below is settled; all else is left to the
/// search.
struct Screening: Sendable {
  /// What rows are drawn from.
  let null: any AnyMixture
  /// The fit of the data with more components.
  let alternative: any AnyMixture
  /// How far below they stay for certain, nats above the smaller fit of a replicate.
  private let limit: Double
  private let isCancelled: @Sendable () -> Bool

  /// Nats for each free parameter.
  private static let margin = 2.0
  /// Short runs end once less than this is left to be gained, nats.
  private static let tolerance = 0.05
  /// Or once so many times what is left would not be enough.
  private static let reach = 5.0
  /// After so many evaluations they tell what is left.
  private static let fewest = 4

  /// - Parameter gap: By how much the larger fit of the data is above the smaller one, nats. `nil` where that is not
  ///   enough for anything to be far below.
  init?(
    _ null: any AnyMixture, _ alternative: any AnyMixture, gap: Double,
    isCancelled: @escaping @Sendable () -> Bool
  ) {
    limit = gap - Self.margin * Double(alternative.freeParameters)
    guard limit > 0 else { return nil }
    (self.null, self.alternative, self.isCancelled) = (null, alternative, isCancelled)
  }

  /// The statistic that short runs come to on drawn rows; `nil` where a search has to tell.
  func statistic(of drawn: any DataSource) throws -> Double? {
    var fit = FitOptions()
    (fit.tolerance, fit.extrapolates, fit.threads) = (Self.tolerance, true, 1)
    fit.isCancelled = isCancelled
    fit.components = null.weights.count
    guard let base = try sound({ try null.refitted(to: drawn, fit) }) else { return nil }
    let enough = base.logLikelihood + limit
    fit.components = alternative.weights.count
    var highest = base.logLikelihood
    for split in StartingPoint(base.mixture).splits(to: fit.components, like: base.mixture) {
      let reached = try sound {
        try alternative.refitted(to: drawn, fit, from: split.start) { course in
          guard course.count >= Self.fewest, let last = course.last else { return false }
          guard last < enough else { return true }
          let end = AitkenStopping.limit(of: course)
          return end.map { last + Self.reach * ($0 - last) < enough } ?? false
        }
      }
      highest = max(highest, reached?.logLikelihood ?? highest)
      guard highest < enough else { return nil }
    }
    return 2 * (highest - base.logLikelihood)
  }

  /// What a run comes to; `nil` where that is nothing.
  private func sound<Result>(_ run: () throws -> Result?) throws -> Result? {
    do {
      return try run()
    } catch let error as EmulsionError where error.code == .degenerate {
      return nil
    }
  }
}
