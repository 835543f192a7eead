import Emulsion
import EmulsionPlugins
import EmulsionRegression
import EmulsionStudentT
import Foundation
import Testing

/// No fit to hostile data ends unflagged with a log-likelihood that fell or a covariance at its floor.
@Suite struct HostileSweepTests {
  static let structures = [
    "EII", "VII", "EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVE", "VVE", "EEV", "VEV", "EVV",
    "VVV",
  ]

  @Test(arguments: HostileData.all)
  func gaussiansUnderEveryStructure(_ data: HostileData) throws {
    for structure in Self.structures {
      for k in 1...3 { check(data, GaussianDefinition(), structure, k) }
    }
  }

  @Test(arguments: HostileData.all)
  func studentT(_ data: HostileData) throws {
    for structure in ["VII", "VEI", "VVI", "EEE", "EVE", "VEV", "VVV"] {
      check(data, StudentT(), structure, 2)
    }
  }

  @Test(arguments: HostileData.all)
  func otherFamilies(_ data: HostileData) throws {
    let catalogue = Catalogue.withPlugins
    let names = catalogue.familyNames.filter { !["gaussian", "student_t"].contains($0) }
    var families = names.compactMap { try? catalogue.family(named: $0) }
    let columns = data.source.columnNames
    if columns.count > 1 {
      families += ["gaussian", "poisson", "binomial"].compactMap {
        try? Regression("\(columns[1]) ~ \(columns[0])", distribution: $0)
      }
    }
    for family in families { for k in 1...3 { check(data, family, "VVV", k) } }
  }

  private func check(
    _ data: HostileData, _ family: any FamilyDefinition, _ structure: String, _ k: Int
  ) {
    var options = FitOptions()
    (options.family, options.covariance, options.components) = (family, structure, k)
    (options.restarts, options.maximumIterations, options.threads) = (3, 200, 1)
    let place = "\(data.name), \(family.label), \(structure), K = \(k)"
    let model: Model
    do {
      model = try Catalogue.withPlugins.fit(data.source, options)
    } catch let error as EmulsionError {
      #expect(
        [.degenerate, .invalidData, .invalidOption].contains(error.code), "\(place): \(error)")
      #expect(!error.message.isEmpty, "\(place)")
      return
    } catch {
      Issue.record("\(place): \(error)")
      return
    }
    for (before, after) in zip(model.trace, model.trace.dropFirst()) {
      #expect(
        after >= before - 1e-9 * max(1, abs(before)), "\(place): fell from \(before) to \(after)")
    }
    #expect(model.logLikelihood.isFinite, "\(place)")
    #expect(abs(model.weights.reduce(0, +) - 1) < 1e-9, "\(place)")
    if family.usesCovariance, !model.isDegenerate, let covariances = model.covariances {
      let total = totalCovariance(data)
      for (q, covariance) in covariances.enumerated() {
        #expect(
          isAboveFloor(covariance, total, structure),
          "\(place): component \(q + 1) is flat, unflagged")
      }
    }
  }

  private func totalCovariance(_ data: HostileData) -> Matrix {
    let (n, d) = (data.values.rows, data.values.columns)
    var total = Matrix(rows: d, columns: d)
    let means = (0..<d).map { j in (0..<n).reduce(0.0) { $0 + data.values[$1, j] / Double(n) } }
    for i in 0..<n {
      for a in 0..<d {
        for b in 0..<d {
          total[a, b] += (data.values[i, a] - means[a]) * (data.values[i, b] - means[b]) / Double(n)
        }
      }
    }
    return total
  }

  /// Whether Σₖ less 2·10⁻⁸ of the data's covariance is positive definite, told from what the structure
  /// knows: one size, the columns' variances, or all.
  private func isAboveFloor(_ covariance: Matrix, _ total: Matrix, _ structure: String) -> Bool {
    let d = total.rows
    let share = 2e-8
    if structure.hasSuffix("II") {
      let size = (0..<d).reduce(0.0) { $0 + total[$1, $1] / Double(d) }
      return covariance[0, 0] > share * size
    }
    if structure.hasSuffix("I") {
      return (0..<d).allSatisfy { covariance[$0, $0] > share * total[$0, $0] }
    }
    let units = (0..<d).map { total[$0, $0].squareRoot() }
    var rest = Matrix(rows: d, columns: d)
    for a in 0..<d {
      for b in 0..<d {
        rest[a, b] = (covariance[a, b] - share * total[a, b]) / (units[a] * units[b])
      }
    }
    for j in 0..<d {
      for q in 0..<j { rest[j, j] -= rest[j, q] * rest[j, q] }
      // What is near-collinear as a whole is beyond these sums.
      let size = max(1, covariance[j, j] / (units[j] * units[j]))
      guard rest[j, j] > -1e-15 * size else { return false }
      let root = max(rest[j, j], 1e-16).squareRoot()
      for i in j + 1..<max(d, j + 1) {
        for q in 0..<j { rest[i, j] -= rest[i, q] * rest[j, q] }
        rest[i, j] /= root
      }
      rest[j, j] = root
    }
    return true
  }
}
