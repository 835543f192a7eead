import Emulsion
import EmulsionData
import EmulsionPlugins
import EmulsionRegression
import Foundation
import Testing

/// Columns of texts in formulas are what factors are in R 4.2: values by `glm` (`Reference/textformulas.R`).
@Suite struct TextFormulaTests {
  struct Reading: Sendable, CustomTestStringConvertible {
    var formula: String
    var distribution: String
    var names: [String]
    var coefficients: [Double]
    var testDescription: String { formula }
  }

  let table: Table

  init() throws {
    table = try Table(reading: FamilyCase.folder.appending(path: "data/texts.csv").path)
  }

  private func fit(
    _ formula: String, _ distribution: String = "gaussian", group: String? = nil,
    concomitant: String? = nil, components: Int = 1
  ) throws -> Model {
    var options = FitOptions()
    options.components = components
    options.family = try Regression(
      formula, distribution: distribution, group: group, concomitant: concomitant)
    return try Catalogue.withPlugins.fit(table.source(for: [options.family]), options)
  }

  @Test(arguments: textReadings)
  func textsAreFactors(_ reading: Reading) throws {
    let parameters = try fit(reading.formula, reading.distribution).parameters[0]
    let found = try #require(parameters.first)
    let names = found.labels.map { $0 == "intercept" ? "(Intercept)" : $0 }
    #expect(names == reading.names)
    for (value, wanted) in zip(found.value.numbers, reading.coefficients) {
      #expect(abs(value - wanted) <= 1e-6 * max(1, abs(wanted)), "\(value) for \(wanted)")
    }
  }

  /// Saved, read back, and used on rows with other columns in another order.
  @Test func levelsGoWithTheModel() throws {
    let model = try fit(
      "y ~ x*lev", group: "g", concomitant: "~ sex", components: 2)
    #expect(model.levels["lev"] == ["B", "a", "b", "c"] && model.levels["sex"] == ["f", "m"])
    let path = NSTemporaryDirectory() + "texts-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try model.save(to: path)
    let loaded = try Catalogue.withPlugins.load(path: path)
    #expect(loaded.levels == model.levels && loaded.parameters[0] == model.parameters[0])
    let turned = try table.select(["s", "sex", "lev", "t", "g", "x", "y"])
    #expect(
      try loaded.logDensity(turned.source(for: loaded))
        == model.logDensity(table.source(for: model)))
    let few = try Table([
      ("x", .numbers([1, 2])), ("lev", .text(["a", "d"])), ("sex", .text(["m", "f"])),
    ])
    let error = #expect(throws: EmulsionError.self) {
      try few.source(for: loaded, columns: loaded.predictors())
    }
    #expect(error?.message.contains("row 2, column \"lev\": \"d\" is none of the levels") == true)
    let known = try few.gather(rows: [0, 0]).source(for: loaded, columns: loaded.predictors())
    #expect(try loaded.respond(to: known).mean.count == 2)
  }

  @Test(
    arguments: [
      ("lev ~ x", "gaussian"), ("y ~ log(lev)", "gaussian"), ("y ~ poly(lev, 2)", "gaussian"),
      ("y ~ I(lev == 1)", "gaussian"), ("y ~ x + offset(lev)", "gaussian"), ("s ~ x", "poisson"),
      ("lev ~ x", "binomial"), ("log(lev) ~ x", "gaussian"),
    ])
  func textsInThePlaceOfNumbers(formula: String, distribution: String) {
    let error = #expect(throws: EmulsionError.self) { try fit(formula, distribution) }
    #expect(error?.code == .invalidData)
    #expect(
      error?.message.contains(formula.hasPrefix("s") ? "\"s\"" : "\"lev\"") == true,
      "\(error?.message ?? "")")
  }

  /// The second of two texts is a success, and the mean its probability.
  @Test func yesIsASuccess() throws {
    let model = try fit("s ~ x + lev", "binomial")
    let means = try model.respond(
      to: table.source(for: model, columns: model.predictors())
    ).mean
    let texts = try #require(try table["s"]?.text)
    #expect(abs(means.reduce(0, +) - Double(texts.count { $0 == "yes" })) < 1e-6)
    #expect(model.description.contains("s (no, yes)"))
  }
}
