import Emulsion

/// A family with components to try it on: what the laws are checked with.
///
///     let example = FamilyExample(
///       Poisson(), data: MatrixSource(Matrix(rows: 3, columns: 1, values: [0, 2, 5])),
///       components: [["rate": .scalar(2)], ["rate": .scalar(9)]])
///     #expect(example.violations().isEmpty)
public struct FamilyExample: Sendable {
  let options: FitOptions
  let data: MatrixSource
  let components: [[String: ParameterValue]]
  let catalogue: Catalogue
  let exempt: Set<Law>
  let outside: [Int: [Double]]
  let grid: (points: Matrix, volumes: [Double])?
  let drawsRows: Bool
  let drawnRows: Int

  /// Makes an example.
  ///
  /// - Parameters:
  ///   - definition: The family.
  ///   - data: A few rows that it can describe: it is made for them.
  ///   - components: The parameters of two or more components that differ.
  ///   - covariance: The covariance model, for families that use one.
  ///   - catalogue: Where the family finds others.
  ///   - exempt: Laws that mean nothing to it, such as `density` for a density on the sphere.
  ///   - outside: Values that must be refused, by column.
  ///   - grid: Points and the volumes they stand for, where the density is to be summed over these
  ///     and not over points that the kit chooses.
  ///   - drawsRows: Whether rows can be drawn; if not, those of `data` are taken again and again.
  ///   - drawnRows: How many rows a recovery is tried on.
  public init(
    _ definition: any FamilyDefinition, data: MatrixSource,
    components: [[String: ParameterValue]], covariance: String = "full",
    catalogue: Catalogue = .standard, exempt: Set<Law> = [], outside: [Int: [Double]] = [:],
    grid: (points: Matrix, volumes: [Double])? = nil, drawsRows: Bool = true,
    drawnRows: Int = 20_000
  ) {
    var options = FitOptions()
    options.family = definition
    options.covariance = covariance
    options.components = components.count
    options.restarts = 1
    var catalogue = catalogue
    catalogue.register(definition)
    self.options = options
    self.data = data
    self.components = components
    self.catalogue = catalogue
    self.exempt = exempt
    self.outside = outside
    self.grid = grid
    self.drawsRows = drawsRows
    self.drawnRows = drawnRows
  }

  /// Everything in which the family breaks the laws; none for a sound one. A few seconds at most.
  public func violations() -> [Violation] { findings().violations }

  /// What the family breaks, and which laws were not tried.
  ///
  /// An error that several laws end with is told once.
  public func findings() -> FamilyFindings {
    do {
      let context = try FamilyContext(data, options, catalogue: catalogue)
      return try check(options.family.makeFamily(in: context))
    } catch {
      return FamilyFindings(
        violations: [Violation(law: .parameters, text: "the example can't be made: \(error)")])
    }
  }

  /// ln p(x|k) of rows under the example's components, n × K, for comparing with reference values.
  public func logDensities(of rows: Matrix) throws -> [[Double]] {
    let context = try FamilyContext(data, options, catalogue: catalogue)
    return try logDensities(of: rows, options.family.makeFamily(in: context))
  }

  private func logDensities<Family: ComponentFamily>(of rows: Matrix, _ family: Family) throws
    -> [[Double]]
  {
    let components = try components.map { try family.schema.component(from: $0) }
    return try FamilyTrial(family: family, components: components, example: self)
      .logDensities(of: rows, under: components)
  }

  private func check<Family: ComponentFamily>(_ family: Family) throws -> FamilyFindings {
    let components = try components.map { try family.schema.component(from: $0) }
    let trial = FamilyTrial(family: family, components: components, example: self)
    var findings = FamilyFindings()
    var failed: [String: [Law]] = [:]
    for law in Law.allCases {
      guard !exempt.contains(law) else {
        findings.unchecked.append(UncheckedLaw(law: law, reason: "left out"))
        continue
      }
      do {
        findings.violations += try trial.problems(law).map { Violation(law: law, text: $0) }
      } catch let none as NotChecked {
        findings.unchecked.append(UncheckedLaw(law: law, reason: none.reason))
      } catch {
        failed["\(error)", default: []].append(law)
      }
    }
    for (error, laws) in failed.sorted(by: { $0.key < $1.key }) {
      let others = laws.dropFirst().map(\.rawValue).joined(separator: ", ")
      findings.violations.append(
        Violation(
          law: laws[0],
          text: "it fails with the error: \(error)" + (others.isEmpty ? "" : "; so do \(others)")))
    }
    return findings
  }
}
