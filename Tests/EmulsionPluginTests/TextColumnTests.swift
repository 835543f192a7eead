import Emulsion
import EmulsionBernoulli
import EmulsionCategorical
import EmulsionData
import EmulsionMultinomial
import EmulsionPlugins
import Foundation
import Testing

/// Columns of texts as categories, from the table to the printed answer.
@Suite struct TextColumnTests {
  private static func table(_ name: String) throws -> Table {
    try Table(reading: FamilyCase.folder.appending(path: "data/\(name).csv").path)
  }

  private func fit(
    _ table: Table, _ family: any FamilyDefinition = Categorical(), components: Int = 2
  ) throws -> Model {
    var options = FitOptions()
    options.components = components
    options.family = family
    return try Catalogue.withPlugins.fit(table.source(for: [family]), options)
  }

  /// Hostile texts, in the order of their bytes.
  private static let hostile = [
    "", "\n", " ", "1", "10", "9", "A,b", "NA", "Z", "a\nb", "a\"b", "e\u{301}", "nan", "\u{e9}",
    "日本",
  ]

  @Test func levelsAreInTheOrderOfBytes() throws {
    #expect(ColumnLevels.ordered(Self.hostile.shuffled()) == Self.hostile)
    #expect(throws: EmulsionError.self) { try ColumnLevels(["a": ["x", "x"]]) }
    #expect(throws: EmulsionError.self) { try ColumnLevels(["a": ["y", "x"]]) }
    #expect(throws: EmulsionError.self) { try ColumnLevels(["a": []]) }
  }

  /// The answers as texts and as codes: one likelihood, that of the best of many starts.
  @Test func textsAndCodesAgree() throws {
    let (text, codes) = (try fit(Self.table("text")), try fit(Self.table("codes")))
    #expect(abs(text.logLikelihood + 2142.902) < 0.0015)
    #expect(abs(text.logLikelihood - codes.logLikelihood) < 0.001)
    #expect(text.freeParameters == codes.freeParameters)
    #expect(text.levels["q2"] == ["dk", "no", "yes"])
    #expect(text.parameters[0][0].labels.prefix(2) == ["q1=blue", "q1=green"])
    #expect(text.description.contains("q1=blue") && codes.levels.isEmpty)
  }

  /// A fit depends on the order of levels alone: bits are those of the positions as numbers.
  @Test func codesArePositions() throws {
    let places = (0..<200).map { ($0 * $0 * 7 + $0 / 3) % Self.hostile.count }
    let others = (0..<200).map { ($0 * 5 + $0 / 7) % 3 }
    let texts = try Table([
      ("a", .text(places.map { Self.hostile[$0] })), ("b", .text(others.map { "\($0)" })),
    ])
    let numbers = try Table([
      ("a", .numbers(places.map(Double.init))), ("b", .numbers(others.map(Double.init))),
    ])
    let (model, plain) = (try fit(texts), try fit(numbers))
    #expect(model.logLikelihood == plain.logLikelihood)
    #expect(
      try model.posterior(texts.source(for: model)) == plain.posterior(numbers.source(for: plain)))

    let path = NSTemporaryDirectory() + "levels-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try model.save(to: path)
    let loaded = try Catalogue.withPlugins.load(path: path)
    #expect(loaded.levels == model.levels && loaded.description == model.description)
    #expect(
      try loaded.logDensity(texts.source(for: loaded)) == model.logDensity(texts.source(for: model))
    )
    let drawn = try Table(loaded.sample(500, seed: 3).rows, of: loaded)
    let cells = try #require(try drawn["a"]?.text).map { $0.map { Array($0.utf8) } }
    #expect(Set(cells) == Set(Set(places).map { Array(Self.hostile[$0].utf8) }))
    // One line for each of the table's, whatever the texts hold.
    #expect(loaded.description.split(separator: "\n").count < 10)
    #expect(try loaded.resume(texts.source(for: loaded), FitOptions()).levels == model.levels)
  }

  @Test func newRowsAreChecked() throws {
    let model = try fit(Self.table("text"))
    let rows = try Table([
      ("other", .text(["u", "v"])), ("q4", .text(["m", "f"])), ("q3", .text(["some", "often"])),
      ("q2", .text(["yes", "dk"])), ("q1", .text(["red", "blue"])),
    ])
    #expect(try model.predict(rows.source(for: model)).count == 2)
    for (cells, part) in [
      (
        Column.text(["red", "rde"]), "row 2, column \"q1\": \"rde\" is none of the levels \"blue\""
      ),
      (.numbers([1, 2]), "column \"q1\" holds numbers, but the model was fitted to texts"),
    ] {
      let error = #expect(throws: EmulsionError.self) {
        try rows.adding(cells, named: "q1").source(for: model)
      }
      #expect(error?.code == .invalidData)
      #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }
    for cells in [Column.text(["red", nil]), .numbers([.nan, .nan])] {
      let error = #expect(throws: EmulsionError.self) {
        try model.predict(rows.adding(cells, named: "q1").source(for: model))
      }
      #expect(error?.message.contains("column \"q1\": a missing value") == true)
    }
    // Codes of other levels are not taken for the model's.
    #expect(throws: EmulsionError.self) {
      try model.predict(rows.select(["q1", "q2", "q3", "q4"]).source(for: [Categorical()]))
    }
    // The reverse: texts where numbers were.
    let codes = try fit(Self.table("codes"))
    let error = #expect(throws: EmulsionError.self) { try rows.source(for: codes) }
    #expect(error?.message.contains("column \"q1\" holds text") == true)
  }

  @Test func twoLevelsAreOneAndZero() throws {
    let table = try Table([
      ("smokes", .text((0..<40).map { $0 % 4 == 0 ? "yes" : "no" })),
      ("sex", .text((0..<40).map { $0 % 3 == 0 ? "f" : "m" })),
    ])
    let model = try fit(table, Bernoulli(), components: 1)
    #expect(model.parameters[0][0].value.numbers[0] == 0.25)
    #expect(model.description.contains("probability smokes=yes"))
    for (levels, part) in [
      (["a", "b", "c"], "3 different texts"), (["a", "a", "a"], "one text alone (\"a\")"),
    ] {
      let error = #expect(throws: EmulsionError.self) {
        try fit(Table([("x", .text(levels))]), Bernoulli(), components: 1)
      }
      #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }
  }

  /// What needs numbers says so, in products as well.
  @Test func numbersAreNeeded() throws {
    let table = try Table([("x", .text(["a", "b", "a"])), ("y", .numbers([1, 2, 3]))])
    for family in [
      GaussianDefinition(), Multinomial(),
      try ProductDefinition([
        Categorical().on(columns: ["y"]), GaussianDefinition().on(columns: ["x"]),
      ]),
    ] as [any FamilyDefinition] {
      let error = #expect(throws: EmulsionError.self) { try fit(table, family, components: 1) }
      #expect(error?.message.contains("column \"x\" holds text") == true)
    }
  }

  /// p(a | b) = p(a, b)/p(b) where columns are independent given the component.
  @Test func conditionalsOfIndependentColumns() throws {
    let table = try Self.table("texts")
    let family = try Catalogue.withPlugins.mixed([
      "y": GaussianDefinition(), "s": Bernoulli(), "lev": Categorical(), "sex": Categorical(),
    ])
    let model = try fit(table, family)
    let row = try table.gather(rows: [4])
    let given = try model.conditional(given: ["lev": 2, "s": 1])
    #expect(given.columnNames == ["y", "sex"] && given.levels.byColumn.keys.sorted() == ["sex"])
    let fixed = try row.adding(.text(["b"]), named: "lev").adding(.text(["yes"]), named: "s")
    let part = try model.marginal(["lev", "s"])
    let joint = try model.logDensity(fixed.source(for: model))[0]
    let known = try part.logDensity(fixed.source(for: part))[0]
    let rest = try given.logDensity(fixed.source(for: given))[0]
    #expect(abs(rest - (joint - known)) < 1e-12)
    #expect(throws: EmulsionError.self) { try model.conditional(given: ["lev": 9]) }
  }

  /// Levels that only rows of weight 0 have can be asked about, and have no density.
  @Test func weightlessLevels() throws {
    let table = try Table([
      ("a", .text(["x", "y", "x", "z"])), ("w", .numbers([1, 1, 1, 0])),
    ])
    var options = FitOptions()
    options.family = Categorical()
    let data = try table.source(for: [options.family], weights: .column("w"))
    let model = try Catalogue.withPlugins.fit(data, options)
    #expect(model.levels["a"] == ["x", "y", "z"])
    #expect(try model.logDensity(data)[3] < -600)
  }
}
