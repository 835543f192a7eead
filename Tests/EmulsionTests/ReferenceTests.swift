import Emulsion
import EmulsionData
import Foundation
import Testing

/// Results of scikit-learn and mclust from given starts.
@Suite struct ReferenceTests {
  private func source(_ reference: ReferenceCase) throws -> MatrixSource {
    let path = ReferenceCase.folder.appending(path: reference.data).path
    let table = try Table(reading: path)
    return MatrixSource(
      try table.matrix(reference.columns), columnNames: reference.columns,
      weights: reference.model.caseWeights)
  }

  private func options(_ reference: ReferenceCase, _ data: MatrixSource) -> FitOptions {
    var options = FitOptions()
    options.components = reference.model.k ?? 1
    options.covariance = reference.covariance
    options.regularization = reference.model.regCovar ?? 0
    options.covarianceFloor = 0
    options.initializer = reference.initializer(
      rows: data.matrix.rows, columns: data.matrix.columns)
    options.tolerance = reference.stopping?.tol == 0 ? 0 : 1e-9
    options.maximumIterations =
      reference.stopping?.tol == 0 ? reference.stopping?.maxIter ?? 5000 : 5000
    return options
  }

  @Test func casesAreThere() { #expect(ReferenceCase.all.count > 300) }

  @Test(
    "peers from the same start", arguments: ReferenceCase.of("A") + ReferenceCase.of("C-weights"))
  func agrees(_ reference: ReferenceCase) throws {
    let data = try source(reference)
    let options = options(reference, data)
    let model = try Catalogue.standard.fit(data, options)
    let expected = try #require(reference.expected)
    // mclust divides weights by their maximum; log-likelihoods here take them as they are.
    let unit =
      expected.loglikUnscaled.flatMap { unscaled in expected.loglik.map { unscaled / $0 } } ?? 1
    let loglik = try #require(expected.loglik) * unit
    #expect(abs(model.logLikelihood - loglik) <= max(1e-8 * abs(loglik), 1e-7))
    let offset = reference.`init`.kind == "labels" ? 1 : 0
    for (steps, value) in expected.loglikTrace ?? [:] {
      guard let value, let step = Int(steps).map({ $0 - offset }), step < model.trace.count else {
        continue
      }
      #expect(abs(model.trace[step] - value * unit) <= 1e-8 * abs(value * unit), "step \(steps)")
    }
    if let count = expected.nParams { #expect(model.freeParameters == count) }
    let isFixed = options.tolerance == 0
    let tolerance = isFixed ? 1e-6 : 1e-4
    expectClose(model.weights, expected.weights, tolerance)
    expectClose(model.means?.values, expected.means?.flatMap { $0 }, tolerance)
    expectClose(
      model.covariances?.flatMap(\.values), expected.covariances?.flatMap { $0.flatMap { $0 } },
      tolerance)
    if isFixed, let bic = expected.bic { #expect(abs(model.bic - bic) <= 1e-8 * abs(bic)) }
    if isFixed, let aic = expected.aic { #expect(abs(model.aic - aic) <= 1e-8 * abs(aic)) }
  }

  /// Differences relative to the largest expected value.
  private func expectClose(_ values: [Double]?, _ expected: [Double]?, _ tolerance: Double) {
    guard let expected, let values else { return }
    #expect(values.count == expected.count)
    let scale = expected.map(abs).max() ?? 1
    let worst = zip(values, expected).map { abs($0 - $1) }.max() ?? 0
    #expect(worst <= tolerance * scale)
  }

  /// mclust stops at a relative gain of 1e-10, where slow cases still are 1e-3 from the parameters
  /// of the maximum; its log-likelihoods along the way say more.
  @Test("mclust's structures from the same labels", arguments: ReferenceCase.of("B"))
  func structures(_ reference: ReferenceCase) throws {
    let data = try source(reference)
    let model = try Catalogue.standard.fit(data, options(reference, data))
    let expected = try #require(reference.expected)
    let loglik = try #require(expected.loglikTight ?? expected.loglik)
    #expect(model.freeParameters == expected.nParams)
    let slack = 1e-8 * abs(loglik)
    #expect(model.logLikelihood >= loglik - slack)
    guard reference.lowerBound == nil else { return }
    #expect(model.logLikelihood <= loglik + slack)
    for (steps, value) in expected.loglikTrace ?? [:] {
      guard let value, let step = Int(steps), step <= model.trace.count else { continue }
      // mclust ends its inner iterations at 1e-10 as well.
      #expect(abs(model.trace[step - 1] - value) <= 1e-7 * abs(value), "step \(steps)")
    }
    expectClose(model.weights, expected.weights, 1e-3)
    expectClose(model.means?.values, expected.means?.flatMap { $0 }, 1e-3)
    expectClose(
      model.covariances?.flatMap(\.values), expected.covariances?.flatMap { $0.flatMap { $0 } },
      1e-3
    )
  }

  @Test("hostile data", arguments: ReferenceCase.of("H"))
  func survives(_ reference: ReferenceCase) throws {
    let correct = try #require(reference.correct)
    let result = Result { () throws(any Error) in
      let data = try source(reference)
      return try Catalogue.standard.fit(data, options(reference, data))
    }
    switch (correct.kind, result) {
    case ("error", .success(let model)):
      Issue.record("an error was due, got log-likelihood \(model.logLikelihood)")
    case ("error", .failure(let error)), ("either", .failure(let error)):
      #expect(error is EmulsionError)
    case (_, .failure(let error)):
      Issue.record(error)
    case (let kind, .success(let model)):
      let values =
        model.weights + (model.means?.values ?? [])
        + (model.covariances ?? []).flatMap(\.values)
      #expect(values.allSatisfy { $0.isFinite })
      if kind == "value", let loglik = correct.loglik {
        #expect(
          abs(model.logLikelihood - loglik) <= (correct.toleranceRel ?? 1e-7) * abs(loglik))
      }
    }
  }

  @Test("k-means from given centres", arguments: ReferenceCase.of("G"))
  func clusters(_ reference: ReferenceCase) throws {
    var options = KMeansOptions()
    options.components = reference.model.k ?? 1
    options.standardize = reference.id.contains("-std-")
    options.maximumIterations = reference.stopping?.maxIter ?? 300
    options.initializer = GivenMeans(
      means: try #require(Matrix(rows: reference.`init`.centers ?? [])))
    let result = try Catalogue.standard.kMeans(source(reference), options)
    let inertia = try #require(reference.expected?.inertia)
    #expect(abs(result.inertia - inertia) <= 1e-10 * inertia)
    #expect(result.labels == reference.expected?.labels)
  }
}
