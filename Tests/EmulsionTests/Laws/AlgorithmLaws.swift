import Emulsion
import Foundation
import Testing

/// Laws of EM's relatives.
@Suite struct AlgorithmLaws {
  private static let overlapping = MatrixSource(
    clusters(400, columns: 2, components: 3, separation: 2, seed: 11))

  /// Celeux & Govaert 1992, proposition 2.
  @Test(arguments: covarianceNames)
  func classificationNeverLowersItsObjective(covariance: String) throws {
    let model = try fit(Self.overlapping) {
      ($0.covariance, $0.algorithm, $0.restarts) = (covariance, ClassificationEM(), 4)
    }
    for (before, after) in zip(model.objective, model.objective.dropFirst()) {
      #expect(after >= before - 1e-9 * abs(before))
    }
    #expect(model.objective.count == model.trace.count && model.hasConverged)
    // Σ ln(πₖ p(x|k)) of the most probable components.
    let last = try #require(model.objective.last)
    #expect(areClose(last, model.logLikelihood + model.report.logMAP))
    #expect(last <= model.logLikelihood)
  }

  /// Where no row changes its component, an M step on the labels changes nothing.
  @Test func classificationEndsWhereItsLabelsLead() throws {
    let model = try fit(Self.overlapping) {
      ($0.algorithm, $0.tolerance, $0.maximumIterations) = (ClassificationEM(), 1e-9, 200)
    }
    let labels = try model.predict(Self.overlapping)
    let again = try fit(Self.overlapping) {
      ($0.initializer, $0.maximumIterations) = (GivenLabels(labels), 0)
    }
    #expect(areClose(again.logLikelihood, model.logLikelihood, 1e-10))
    let counts = (0..<3).map { k in Double(labels.count { $0 == k }) }
    for k in 0..<3 { #expect(areClose(model.weights[k], counts[k] / 400)) }
  }

  @Test func drawsDependOnTheSeedAloneNotOnThreads() throws {
    func model(_ threads: Int, _ seed: UInt64) throws -> Model {
      try fit(MatrixSource(clusters(9000, columns: 2, components: 3, separation: 2, seed: 3))) {
        ($0.algorithm, $0.threads, $0.seed) = (StochasticEM(burnIn: 5, average: 5), threads, seed)
        $0.restarts = 2
      }
    }
    let (one, two, other) = try (model(1, 4), model(2, 4), model(1, 5))
    #expect(one.trace == two.trace && one.means == two.means)
    #expect(one.trace != other.trace)
  }

  /// The chain moves about the maximum, and its mean is near it.
  @Test(arguments: ["full", "VEI", "tied", "spherical"])
  func stochasticEMEndsNearTheMaximum(covariance: String) throws {
    let data = MatrixSource(clusters(600, columns: 2, components: 3, separation: 6, seed: 2))
    let best = try fit(data) { $0.covariance = covariance }
    let model = try fit(data) { ($0.covariance, $0.algorithm) = (covariance, StochasticEM()) }
    #expect(model.hasConverged && model.iterations == 201)
    #expect(model.logLikelihood <= best.logLikelihood + 0.02)
    #expect(model.logLikelihood > best.logLikelihood - 0.5)
    #expect(model.freeParameters == best.freeParameters)
  }

  @Test func annealingFromOneIsEM() throws {
    let em = try fit(Self.overlapping) { $0.tolerance = 1e-6 }
    let annealed = try fit(Self.overlapping) {
      ($0.algorithm, $0.tolerance) = (AnnealedEM(start: 1, rate: 2), 1e-6)
    }
    #expect(abs(em.logLikelihood - annealed.logLikelihood) < 1e-4)
  }

  @Test func annealedEMEndsAtAMaximum() throws {
    let model = try fit(Self.overlapping) { $0.algorithm = AnnealedEM() }
    let further = try model.resume(Self.overlapping, FitOptions())
    #expect(model.hasConverged && further.logLikelihood - model.logLikelihood < 0.05)
  }

  @Test(arguments: [ClassificationEM(), StochasticEM(), AnnealedEM()] as [any Algorithm])
  func weightsAreCopies(algorithm: any Algorithm) throws {
    let rows = clusters(90, columns: 2, components: 2, separation: 4, seed: 7)
    let copies = MatrixSource(rows.rows((0..<90).flatMap { [$0, $0] }))
    let weighted = MatrixSource(rows, weights: [Double](repeating: 2, count: 90))
    let (a, b) = try (
      fit(copies) { ($0.components, $0.algorithm) = (2, algorithm) },
      fit(weighted) { ($0.components, $0.algorithm) = (2, algorithm) }
    )
    // What is drawn for copies differs from one to the other.
    let tolerance = algorithm.averaging == nil ? 1e-3 : 0.5
    #expect(abs(a.logLikelihood - b.logLikelihood) < tolerance)
  }

  @Test func selectionsListWhatAnAlgorithmComesTo() throws {
    var options = SelectionOptions()
    (options.components, options.covariances) = ([1, 2, 3], ["full", "tied", "EII"])
    options.fit.algorithm = ClassificationEM()
    let entries = try Catalogue.standard.select(Self.overlapping, options).entries
    #expect(entries.count == 9 && entries.allSatisfy { $0.model != nil })
    for entry in entries { #expect(entry.model?.manifest.options["algorithm"] == "cem") }
  }

  @Test func noiseIsRefused() {
    let error = #expect(throws: EmulsionError.self) {
      try fit(Self.overlapping) { ($0.noise, $0.algorithm) = (true, ClassificationEM()) }
    }
    #expect(error?.code == .invalidOption && error?.message.contains("\"cem\"") == true)
  }

  @Test func unknownNamesGetTheNearest() {
    let error = #expect(throws: EmulsionError.self) {
      try Catalogue.standard.algorithm(named: "cemm")
    }
    #expect(error?.message.contains("\"cem\"") == true)
  }
}
