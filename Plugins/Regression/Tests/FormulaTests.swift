import Emulsion
import EmulsionRegression
import Foundation
import Testing

/// Thirty rows with columns y, x, w, g (1 to 3) and t (above 0).
private let rows: MatrixSource = {
  var values: [Double] = []
  for i in 1...30 {
    let x = Double((i * 37) % 101) / 10
    let w = sin(Double(i))
    let g = Double(1 + i % 3)
    values += [1 + 0.5 * x + w * g + cos(3 * Double(i)), x, w, g, Double(1 + (i * i) % 17)]
  }
  return MatrixSource(
    Matrix(rows: 30, columns: 5, values: values), columnNames: ["y", "x", "w", "g", "t"])
}()

private func fit(_ formula: String, offset: String? = nil) throws -> Model {
  var options = FitOptions()
  options.family = try Regression(formula, offset: offset)
  return try Catalogue.standard.fit(rows, options)
}

extension Model {
  fileprivate var coefficients: [Double] {
    guard case .vector(let values)? = parameters[0].first?.value else { return [] }
    return values
  }
  fileprivate var names: [String] { parameters[0].first?.labels ?? [] }
}

/// What formulas mean is what they mean in R 4.2; values by `lm` (`Tests/EmulsionPluginTests/Reference/formulas.R`).
@Suite struct FormulaTests {
  struct Reading: Sendable, CustomStringConvertible {
    var formula: String
    var coefficients: [Double]
    var description: String { formula }
  }

  @Test(arguments: readings)
  func formulasAreReadAsInR(_ reading: Reading) throws {
    let model = try fit(reading.formula)
    #expect(model.coefficients.count == reading.coefficients.count, "\(model.names)")
    for (found, wanted) in zip(model.coefficients, reading.coefficients) {
      #expect(abs(found - wanted) <= 1e-7 * max(1, abs(wanted)), "\(found) for \(wanted)")
    }
  }

  /// Formulas that mean the same.
  @Test(
    arguments: [
      ("y ~ x + I(x^2)", "y ~ x + x^2"), ("y ~ x + x + x:x", "y ~ x"),
      ("y ~ x*w - x:w", "y ~ x + w"),
      ("y ~ (x + w)^3", "y ~ x*w"), ("y ~ -1 + x", "y ~ x + 0"), ("y ~ x + -1", "y ~ 0 + x"),
      ("y ~ 0 + x + 1", "y ~ x"), ("y ~ .", "y ~ x + w + g + t"), ("y ~ . - t - g", "y ~ x + w"),
      ("y ~ I( 2 ^ 2 * x ** 2 )", "y ~ I(4*x^2)"), ("y ~ I((x))", "y ~ x"),
      ("y ~ x/w", "y ~ x + x:w"),
      ("y ~ x + offset(w)", "y ~ offset(1*w) + x"), ("y ~ as.factor(g)", "y ~ factor(g)"),
      ("y\n~ x +\n w", "y ~ x + w"), ("y ~ `x` + (w)", "y ~ x + w"),
      ("y ~ I(1e1*x)", "y ~ I(10 * x)"), ("y ~ log(x + 1)^2", "y ~ log(x + 1)"),
      ("y ~ I(x > 3)^3 + w", "y ~ w + I(x > 3)"), ("y ~ factor(g)^2", "y ~ factor(g)"),
      ("y ~ exp(w)**2", "y ~ exp(w)"), ("y ~ x + (x)^2", "y ~ x + I(x^2)"),
      ("y ~ log(x + 1e-1)", "y ~ log(0.1 + x)"), ("y ~ I(x - -1)", "y ~ I(x + 1)"),
    ])
  func equalFormulas(a: String, b: String) throws {
    let (first, second) = (try fit(a), try fit(b))
    #expect(abs(first.logLikelihood - second.logLikelihood) < 1e-9)
    #expect(first.freeParameters == second.freeParameters)
  }

  /// What is refused says what to write.
  @Test(
    arguments: [
      ("y ~ x + y", "response"), ("y ~ 2*x", "I(2*x)"), ("y ~ 1/x", "I(1/x)"),
      ("y ~ x*2", "I(2*x)"),
      ("y ~ x^0.5", "I(x^0.5)"), ("y ~ x^-1", "I("), ("y = x", "y ~ x"), ("~ x", "left"),
      ("y ~ x | g", "group"), ("y ~ x + (1 | g)", "group"), ("cbind(s, n - s) ~ x", "trials"),
      ("sqrt(y) ~ x", "t:with"), ("factor(g) ~ x", "numbers"), ("y ~ np.log(x)", "write log"),
      ("y ~ scale(x)", "alone"), ("y ~ s(x)", "poly"), ("y ~ x > 3", "I(x > 3)"),
      ("y ~ poly(x, 2, raw = TRUE)", "x + x^2"), ("y ~ poly(x, 0)", "degree"),
      ("y ~ log(x, 2)", "log2"),
      ("y ~ I(x", "at its end"), ("y ~ lgo(x)", "\"log\""), ("y ~ factor(g, levels = 2)", "levels"),
      ("y ~ I(3x)", "number"), ("y ~ log()", "column"),
    ])
  func refusals(formula: String, part: String) {
    let error = #expect(throws: EmulsionError.self) { try Regression(formula) }
    #expect(error?.code == .invalidOption)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }

  @Test(
    arguments: [
      ("y ~ factor(x) + factor(w)", "30 rows"), ("y ~ log(w)", "numbers > 0"),
      ("y ~ log(x - 5)", "log(x - 5) is finite"), ("y ~ I(w/(x - x))", "no finite number"),
      ("y ~ poly(g, 3)", "too few"), ("log(w) ~ x", "numbers > 0"), ("y ~ factor(one)", "\"one\""),
    ])
  func dataThatDoNotFit(formula: String, part: String) {
    let error = #expect(throws: EmulsionError.self) { try fit(formula) }
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }

  /// Parentheses and terms without end are errors, not crashes.
  @Test func endlessFormulas() {
    for text in [
      "y ~ " + String(repeating: "(", count: 100_000),
      "y ~ I(" + String(repeating: "-", count: 100_000),
      "y ~ I(" + String(repeating: "(", count: 100_000),
      "y ~ (" + (1...60).map { "a\($0)" }.joined(separator: "+") + ")^20",
      "y ~ x^99999999999999999999", "y ~ " + String(repeating: "log(", count: 100_000),
    ] {
      #expect(throws: EmulsionError.self) { try Regression(text) }
    }
  }

  /// The density is the response's own: that of its logarithm, over the response.
  @Test func logarithmsOnTheLeft() throws {
    let model = try fit("log(t) ~ x")
    let logs = MatrixSource(
      Matrix(
        rows: 30, columns: 2,
        values: (0..<30).flatMap { [log(rows.matrix[$0, 4]), rows.matrix[$0, 1]] }),
      columnNames: ["z", "x"])
    var options = FitOptions()
    options.family = try Regression("z ~ x")
    let other = try Catalogue.standard.fit(logs, options)
    let jacobian = (0..<30).reduce(0) { $0 + log(rows.matrix[$1, 4]) }
    #expect(abs(model.logLikelihood - (other.logLikelihood - jacobian)) < 1e-9)
    for (a, b) in zip(model.coefficients, other.coefficients) { #expect(abs(a - b) < 1e-12) }
    #expect(throws: EmulsionError.self) { try Regression("log(t) ~ x", distribution: "poisson") }
  }

  /// What was learned of the data goes with the model; a level that was not there is named.
  @Test func basesAreSaved() throws {
    let model = try fit("y ~ poly(x, 3) + factor(g)*w", offset: "log(t) + 2*w")
    let path = NSTemporaryDirectory() + "formula-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try model.save(to: path)
    var catalogue = Catalogue.standard
    catalogue.register(Regression())
    let read = try catalogue.load(path: path)
    let few = MatrixSource(
      Matrix(rows: 2, columns: 5, values: [1, 2, 0.5, 3, 4, 2, 9, -0.5, 1, 2]),
      columnNames: rows.columnNames)
    #expect(try read.logDensity(few) == model.logDensity(few))
    let strange = MatrixSource(
      Matrix(rows: 1, columns: 5, values: [1, 2, 0.5, 7, 4]), columnNames: rows.columnNames)
    let error = #expect(throws: EmulsionError.self) { try read.logDensity(strange) }
    #expect(error?.message.contains("levels 1, 2, 3") == true)
  }

  @Test func coefficientsAreNamed() throws {
    let model = try fit("y ~ I(x/(w + 2)) + log( x+1 ) + factor(g):w + poly(t,2)")
    #expect(
      model.names == [
        "intercept", "I(x/(w + 2))", "log(x + 1)", "poly(t, 2)1", "poly(t, 2)2", "factor(g)1:w",
        "factor(g)2:w", "factor(g)3:w",
      ])
  }
}
