import Emulsion
import EmulsionTestKit
import EmulsionVonMisesFisher
import Testing

@Suite struct VonMisesFisherTests {
  @Test func itKeepsTheLaws() {
    let example = FamilyExample(
      VonMisesFisher(),
      data: MatrixSource(Matrix(rows: 2, columns: 3, values: [1, 0, 0, 0, 1, 0])),
      components: [
        ["mean_direction": .vector([0.6, 0.8, 0]), "concentration": .scalar(5)],
        ["mean_direction": .vector([0, 0, 1]), "concentration": .scalar(80)],
      ])
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  /// At the mean direction, mpmath 1.3 with 40 digits: ln C_d(κ) + κ with `mpmath.besseli`.
  @Test(arguments: [
    (2, 0.0, -1.8378770664093455), (2, 3, -0.4231846882227664), (3, 1e-3, -2.5300244136359519),
    (3, 1e5, 9.6750483985608829), (10, 0.5, -2.7512297895341128), (50, 200, 86.222033813341097),
    (300, 1, 428.6051738398886), (300, 1000, 769.0322616949441), (300, 1e6, 1790.6673073679915),
  ])
  func densitiesAreThoseOfAnotherProgram(d: Int, concentration: Double, expected: Double) throws {
    let axis = (0..<d).map { $0 == 0 ? 1.0 : 0 }
    let row = Matrix(rows: 1, columns: d, values: axis)
    let example = FamilyExample(
      VonMisesFisher(), data: MatrixSource(row),
      components: [["mean_direction": .vector(axis), "concentration": .scalar(concentration)]])
    let found = try example.logDensities(of: row)[0][0]
    #expect(abs(found - expected) <= 1e-12 * max(100, abs(expected), concentration))
  }

  /// Two rows at an angle have the mean length cos of its half; mpmath: A_3(3) = coth 3 − 1/3.
  @Test func theConcentrationIsExact() throws {
    let length = 1 / (Elementary.exp(6) - 1) * 2 + 1 - 1.0 / 3
    let across = (1 - length * length).squareRoot()
    let rows = Matrix(rows: 2, columns: 3, values: [length, across, 0, length, -across, 0])
    var options = FitOptions()
    options.family = VonMisesFisher()
    let model = try Catalogue.standard.fit(MatrixSource(rows), options)
    guard case .scalar(let concentration)? = model.parameters[0].last?.value else { return }
    #expect(abs(concentration - 3) < 1e-12)
  }

  @Test func rowsWithoutDirectionAreNamed() {
    var options = FitOptions()
    options.family = VonMisesFisher()
    let data = MatrixSource(Matrix(rows: 2, columns: 2, values: [1, 0, 0, 0]))
    let error = #expect(throws: EmulsionError.self) { try Catalogue.standard.fit(data, options) }
    #expect(error?.message.contains("row 2") == true)
  }
}
