import Emulsion
import EmulsionTestKit
import Testing

/// The kit finds what is wrong, and nothing where nothing is.
@Suite struct FamilyExampleTests {
  private func violations(_ fault: Law?) -> [Violation] {
    FamilyExample(
      FaultyPoisson(fault),
      data: MatrixSource(Matrix(rows: 3, columns: 1, values: [0, 2, 5])),
      components: [["rate": .scalar(2.3456789)], ["rate": .scalar(9)]],
      outside: [0: [-1, 0.5, .nan]]
    ).violations()
  }

  @Test func aSoundFamilyHasNone() {
    let found = violations(nil)
    #expect(found.isEmpty, "\(found)")
  }

  @Test(arguments: Law.allCases.filter { $0 != .bounds })
  func aPlantedFaultIsFound(_ law: Law) {
    let found = violations(law)
    #expect(found.contains { $0.law == law }, "\(found)")
  }

  @Test(arguments: MisjudgedGaussian.Fault.allCases)
  func bandsThatAreTooNarrowAreFound(_ fault: MisjudgedGaussian.Fault) {
    let example = FamilyExample(
      MisjudgedGaussian(fault),
      data: MatrixSource(Matrix(rows: 4, columns: 1, values: [0, 2, 5, 7])),
      components: [["mean": .scalar(1)], ["mean": .scalar(6)]])
    let found = example.violations()
    #expect(found.contains { $0.law == .bounds } == (fault != .none), "\(found)")
  }

  @Test func anExampleThatCanNotBeMadeSaysSo() {
    let example = FamilyExample(
      FaultyPoisson(nil), data: MatrixSource(Matrix(rows: 1, columns: 1, values: [1])),
      components: [["rat": .scalar(1)]])
    #expect("\(example.violations())".contains("rate"))
  }

  @Test(arguments: ["full", "diagonal", "spherical", "tied"])
  func theGaussianPasses(_ covariance: String) {
    let rows = [[0.0, 1], [2, 1.5], [4, -1], [1, 0], [3, 3], [2, -2]]
    let example = FamilyExample(
      GaussianDefinition(),
      data: MatrixSource(Matrix(rows: 6, columns: 2, values: rows.flatMap { $0 })),
      components: [
        ["mean": .vector([0, 1]), "covariance": .scalar(2)],
        ["mean": .vector([3, -1]), "covariance": .scalar(2)],
      ],
      covariance: covariance)
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  private func waits(_ fault: Waits.Fault?, isDiscrete: Bool = false) -> FamilyFindings {
    FamilyExample(
      Waits(isDiscrete: isDiscrete, fault: fault),
      data: MatrixSource(Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])),
      components: [["mean": .vector([0.5, 1, 2])], ["mean": .vector([3, 0.8, 1])]]
    ).findings()
  }

  @Test(arguments: [false, true])
  func densitiesOfThreeColumnsAreTriedOnDrawnRows(isDiscrete: Bool) {
    let sound = waits(nil, isDiscrete: isDiscrete)
    #expect(sound.violations.isEmpty, "\(sound.violations)")
    #expect(sound.unchecked.map(\.law) == [.bounds, .moments])
    let faulty = waits(.constant, isDiscrete: isDiscrete)
    #expect(faulty.violations.contains { $0.law == .density }, "\(faulty.violations)")
  }

  @Test func oneErrorIsToldOnce() {
    let found = waits(.sums).violations.filter { $0.text.contains("the sums are lost") }
    #expect(found.count == 1 && found.first?.text.contains("; so do ") == true, "\(found)")
  }

  @Test func parametersAreNamed() {
    let found = waits(.estimate).violations.filter { $0.law == .optimum }
    #expect(found.first?.text.contains("mean[1] of component 1") == true, "\(found)")
  }
}
