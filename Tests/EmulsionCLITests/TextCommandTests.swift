import EmulsionData
import Foundation
import Testing

/// Texts and formulas in the command.
@Suite struct TextCommandTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let words = ["never", "some, times", "\"often\""]
    let rows = (0..<60).map { i in
      let level = words[(i * i + i / 5) % 3].replacing("\"", with: "\"\"")
      let y = Double(i % 7) + (i % 2 == 0 ? 2 : 0) + Double((i * 13) % 5) / 10
      return "\(y),\(i % 7),\"\(level)\",\(i % 2 == 0 ? "yes" : "no"),\(i / 4)"
    }
    try folder.write("y,x,level,smokes,id\n" + rows.joined(separator: "\n") + "\n", to: "d.csv")
  }

  private func run(_ arguments: String...) throws -> Command.Result {
    try Command.run(arguments, folder: folder.url)
  }

  @Test func categoriesAreTexts() throws {
    let result = try run(
      "fit", "d.csv", "--family", "categorical", "--columns", "level,smokes", "--components", "2",
      "--save", "m.json")
    #expect(result.status == 0 && result.output.contains("smokes=yes"))
    let labels = try run("predict", "m.json", "d.csv", "--keep")
    #expect(labels.status == 0)
    #expect(
      try Table(parsing: labels.output).names == ["y", "x", "level", "smokes", "id", "label"])
    let drawn = try Table(parsing: run("sample", "m.json", "-n", "50").output)
    let cells = try #require(try drawn["level"]?.text)
    #expect(Set(cells) == ["never", "some, times", "\"often\""])
    try folder.write("smokes,level\nno,never\nno,nver\n", to: "new.csv")
    let error = try run("predict", "m.json", "new.csv")
    #expect(error.status == 1)
    #expect(error.errors.contains("line 3, column \"level\": \"nver\" is none of the levels"))
    try folder.write("smokes,level\nno,never\n,never\n", to: "holes.csv")
    #expect(try run("predict", "m.json", "holes.csv").errors.contains("line 3"))
    let dropped = try run("predict", "m.json", "holes.csv", "--missing-rows", "drop")
    #expect(dropped.lines.count == 2)
    // What the file calls otherwise is given in the model's order.
    try folder.write("a,b\nyes,never\n", to: "other.csv")
    #expect(try run("predict", "m.json", "other.csv", "--columns", "b,a").lines.count == 2)
  }

  @Test func resultsTellTheLevels() throws {
    let fit = ["fit", "d.csv", "--family", "categorical", "--columns", "level,smokes", "--format"]
    let json = try Command.run(fit + ["json"], folder: folder.url)
    let fields = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let levels = try #require(fields["levels"] as? [String: [String]])
    #expect(levels == ["level": ["\"often\"", "never", "some, times"], "smokes": ["no", "yes"]])
    let csv = try Command.run(fit + ["csv"], folder: folder.url)
    #expect(
      try Table(parsing: csv.output).names == [
        "component", "weight", "probabilities level=\"often\"", "probabilities level=never",
        "probabilities level=some, times", "probabilities smokes=no", "probabilities smokes=yes",
      ])
  }

  @Test func formulas() throws {
    let fit = try run(
      "fit", "d.csv", "--formula", "y ~ x + level", "--group", "id", "--concomitant", "~ smokes",
      "--components", "2", "--save", "r.json")
    #expect(fit.status == 0, "\(fit.errors)")
    #expect(fit.output.contains("levels: level (\"often\", never, some, times), smokes (no, yes)"))
    #expect(try run("predict", "r.json", "d.csv").lines.count == 61)
    let odds = try run(
      "fit", "d.csv", "--formula", "smokes ~ x", "--distribution", "binomial", "--format", "csv")
    #expect(
      try Table(parsing: odds.output).names == [
        "component", "weight", "coefficients intercept", "coefficients x",
      ])
    let counts = try run(
      "select", "d.csv", "--formula", "x ~ level + offset(log(y + 1))", "--distribution",
      "poisson",
      "--components", "1:2")
    #expect(counts.status == 0 && counts.output.contains("regression"))
    #expect(try run("fit", "d.csv", "--family", "regression", "--formula", "y ~ x").status == 0)
  }

  @Test(arguments: [
    (["--distribution", "poisson"], 2, "--distribution goes with --formula"),
    (["--formula", "y ~ x", "--family", "poisson"], 2, "--family poisson"),
    (["--formula", "y ~ x", "--distribution", "poison"], 2, "did you mean \"poisson\""),
    (["--formula", "y ~ xx"], 1, "no column \"xx\""), (["--formula", "y = x"], 2, "write y ~ x"),
    (["--formula", "level ~ x"], 1, "column \"level\" holds text"),
    (["--family", "regression"], 2, "needs a formula"),
  ])
  func wrongOptions(options: [String], status: Int, part: String) throws {
    let result = try Command.run(
      ["fit", "d.csv", "--columns", "x,y,level"] + options, folder: folder.url)
    #expect(Int(result.status) == status)
    #expect(result.errors.contains(part), "\(result.errors)")
  }
}
