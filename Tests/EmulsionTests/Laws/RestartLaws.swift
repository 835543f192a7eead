import Emulsion
import EmulsionTestKit
import Foundation
import Testing

/// Laws of fits from drawn starts, which race and are extrapolated.
@Suite struct RestartLaws {
  /// Overlapping clusters: EM converges slowly.
  private static let slow = MatrixSource(
    clusters(1500, columns: 2, components: 3, separation: 1.2, seed: 5))
  /// Enough rows that starts race on some of them.
  private static let many = MatrixSource(
    clusters(6000, columns: 2, components: 4, separation: 2.5, seed: 6))

  @Test(arguments: covarianceNames)
  func extrapolationEndsWherePlainIterationsDo(covariance: String) throws {
    let model = try fit(Self.slow) {
      ($0.covariance, $0.restarts, $0.tolerance) = (covariance, 1, 1e-4)
      $0.maximumIterations = 5000
    }
    #expect(model.hasConverged && model.firstFall == nil)
    // Plain EM from there has nothing to gain.
    var options = FitOptions()
    (options.tolerance, options.maximumIterations) = (0, 400)
    let further = try model.resume(Self.slow, options)
    #expect(further.logLikelihood - model.logLikelihood < 0.01)
    #expect(further.logLikelihood >= model.logLikelihood - 1e-9 * abs(model.logLikelihood))
  }

  @Test func bitsOfARaceDoNotDependOnThreads() throws {
    let models = try [1, 2, 3].map { threads in
      try fit(Self.many) { ($0.components, $0.threads) = (6, threads) }
    }
    for model in models.dropFirst() {
      #expect(model.trace == models[0].trace && model.evidence == models[0].evidence)
      #expect(model.means == models[0].means && model.weights == models[0].weights)
    }
  }

  @Test func aRaceTellsWhatItGaveUp() throws {
    let model = try fit(Self.many) { $0.components = 6 }
    let evidence = model.evidence
    let givenUp = try #require(evidence.givenUp)
    #expect(evidence.starts == 10 && givenUp > 0 && givenUp < 10)
    #expect(evidence.reachedBest >= 1 && evidence.reachedBest <= 10 - givenUp)
    #expect(model.description.contains("\(givenUp) were given up early"))
  }

  /// Of few rows every start is followed, and where all lead to one optimum that is told.
  @Test func allStartsOfFewRowsAreFollowed() throws {
    let data = MatrixSource(clusters(300, columns: 2, components: 3, separation: 20))
    let evidence = try fit(data).evidence
    #expect(evidence.givenUp == nil && evidence.starts == 10 && evidence.reachedBest >= 5)
  }

  @Test func aRaceIsNoWorseThanItsFirstStart() throws {
    for components in [3, 4, 6] {
      let one = try fit(Self.many) { ($0.components, $0.restarts) = (components, 1) }
      let ten = try fit(Self.many) { $0.components = components }
      #expect(ten.logLikelihood > one.logLikelihood - 1)
    }
  }

  /// A yes/no column beside waits: most starts collapse, or end at clusters by the waits alone.
  @Test(arguments: ["VEI", "VEE", "VEV"], 1...3 as ClosedRange<UInt64>)
  func startsThatDisagreeLearnFromSimplerStructures(covariance: String, seed: UInt64) throws {
    var random = CounterRandom(seed: seed)
    var values: [Double] = []
    for _ in 0..<100 {
      values += [-log(1 - random.uniform()), random.uniform() < 0.35 ? 1 : 0]
    }
    let data = MatrixSource(Matrix(rows: 100, columns: 2, values: values))
    let model = try fit(data) { ($0.components, $0.covariance) = (2, covariance) }
    let simple = try Catalogue.standard.covarianceModel(named: covariance).special.map { name in
      try fit(data) { ($0.components, $0.covariance) = (2, name) }
    }.filter { !$0.isDegenerate }
    #expect(!simple.isEmpty && !model.isDegenerate)
    for other in simple { #expect(model.logLikelihood > other.logLikelihood - 0.01) }
  }
}
