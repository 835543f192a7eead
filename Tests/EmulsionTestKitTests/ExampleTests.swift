import Emulsion
import EmulsionTestKit
import Testing

/// The kit knows what comes with the core sound, and finds faults.
@Suite struct ExampleTests {
  @Test(arguments: Catalogue.standard.covarianceNames)
  func `covariance models of the core are sound`(name: String) throws {
    let model = try Catalogue.standard.covarianceModel(named: name)
    #expect(CovarianceExample(model).violations() == [])
  }

  @Test(arguments: Catalogue.standard.initializerNames)
  func `initializers of the core are sound`(name: String) throws {
    let initializer = try Catalogue.standard.initializer(named: name)
    #expect(InitializerExample(initializer).violations() == [])
  }

  @Test(arguments: Catalogue.standard.criteria.map(\.name))
  func `criteria of the core are sound`(name: String) throws {
    let criterion = try Catalogue.standard.criterion(named: name)
    #expect(CriterionExample(criterion).violations() == [])
  }

  /// Pooled variances with a fault.
  private struct Faulty: CovarianceModel {
    enum Fault: CaseIterable { case none, divisor, count, few, scale, shared, indefinite }
    var fault: Fault
    var name: String { "faulty" }
    var form: ScatterForm { .diagonal }
    var isColumnScaleEquivariant: Bool { true }
    var isLinearlyEquivariant: Bool { fault == .scale }
    var sharesCovariance: Bool { true }

    func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) -> [Scatter] {
      var shared = scatters[0]
      let total = counts.reduce(0, +) * (fault == .divisor ? 0.9 : 1)
      for j in shared.values.indices {
        shared.values[j] = scatters.reduce(0) { $0 + $1.values[j] } / total
        if fault == .indefinite { shared.values[j] *= -1 }
      }
      var result = scatters.map { _ in shared }
      if fault == .shared { result[1].values[0] *= 2 }
      if fault == .few { result.removeLast() }
      return result
    }

    func freeParameters(components: Int, dimension: Int) -> Int {
      fault == .count ? components * dimension : dimension
    }
  }

  @Test func `faults of covariance models are found`() {
    let parts: [Faulty.Fault: String] = [
      .divisor: "optimum", .count: "free parameters", .few: "shape",
      .scale: "isLinearlyEquivariant",
      .shared: "share one", .indefinite: "not positive definite",
    ]
    for fault in Faulty.Fault.allCases {
      let found = CovarianceExample(Faulty(fault: fault)).violations()
      if let part = parts[fault] {
        #expect(found.contains { $0.contains(part) }, "\(fault): \(found)")
      } else {
        #expect(found == [])
      }
    }
  }

  /// Responsibilities by the sign of the first column, with a fault.
  private struct FaultyStart: Initializer, PosteriorTransform {
    enum Fault: CaseIterable { case sum, empty, stubborn }
    var fault: Fault
    var name: String { "faulty" }
    func start(_ context: StartContext) -> Start { .responsibilities(self) }
    func transform(
      _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
    ) {
      let components = joint.components
      for k in 0..<components {
        var lanes = joint[component: k]
        for i in 0..<block.rows {
          let share = fault == .empty ? (k == 0 ? 1 : 0) : k == (i % components) ? 1.0 : 0
          lanes[i] = fault == .sum ? 0.5 * share : share
        }
      }
    }
  }

  @Test func `faults of initializers are found`() {
    let parts: [FaultyStart.Fault: String] = [
      .sum: "sum to 1", .empty: "without rows", .stubborn: "deterministic",
    ]
    for fault in FaultyStart.Fault.allCases {
      let found = InitializerExample(FaultyStart(fault: fault)).violations()
      #expect(found.contains { $0.contains(parts[fault] ?? "?") }, "\(fault): \(found)")
    }
  }

  private struct Upside: SelectionCriterion {
    var name: String { "upside" }
    func value(of fit: FitFigures) -> Double { fit.logLikelihood + (fit.heldOutLogLikelihood ?? 0) }
  }

  @Test func `faults of criteria are found`() {
    let found = CriterionExample(Upside()).violations()
    #expect(found.contains { $0.hasPrefix("order") } && found.contains { $0.hasPrefix("needs") })
  }
}
