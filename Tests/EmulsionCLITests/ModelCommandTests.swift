import EmulsionData
import Foundation
import Testing

/// `predict` and `sample`: what a saved model is good for.
@Suite struct ModelCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    _ = try Command.run(
      "fit", "faithful", "--components", "2", "--save", "model.json", folder: folder.url)
  }

  private func run(_ arguments: String...) throws -> Command.Result {
    try Command.run(arguments, folder: folder.url)
  }

  @Test func rowsGetLabels() throws {
    let result = try run("predict", "model.json", "faithful")
    let table = try Table(parsing: result.output)
    #expect(table.names == ["label"])
    #expect(table.rows == 272)
    #expect(try Set(table["label"]?.numbers ?? []) == [1, 2])
    #expect(result.errors.isEmpty)
  }

  @Test func posteriorsAndDensitiesAreAdded() throws {
    let result = try run(
      "predict", "model.json", "faithful", "--posterior", "--log-density", "-o", "out.csv")
    #expect(result.output.isEmpty)
    let table = try Table(reading: folder.url.appending(path: "out.csv").path)
    #expect(table.names == ["label", "posterior_1", "posterior_2", "log_density"])
    let first = try #require(table["posterior_1"]?.numbers)
    let second = try #require(table["posterior_2"]?.numbers)
    #expect(zip(first, second).allSatisfy { abs($0 + $1 - 1) < 1e-12 })
    let total = try table["log_density"]?.numbers?.reduce(0, +) ?? 0
    #expect(abs(total + 1130.264) < 1e-3)
  }

  @Test func columnsGoByName() throws {
    try folder.write("waiting,other,eruptions\n80,1,4.3\n54,1,2\n", to: "new.csv")
    #expect(try run("predict", "model.json", "new.csv").output == "label\n1\n2\n")
  }

  @Test func theColumnsOfTheDataAreKept() throws {
    try folder.write("id,waiting,label,eruptions\na,80,x,4.3\nb,54,,2\n", to: "new.csv")
    let result = try run("predict", "model.json", "new.csv", "--keep")
    #expect(result.output == "id,waiting,label,eruptions,label_\na,80,x,4.3,1\nb,54,,2,2\n")
  }

  @Test func otherColumnsAreAnError() throws {
    try folder.write("eruptions,pause\n4.3,80\n", to: "new.csv")
    let result = try run("predict", "model.json", "new.csv", "-o", "out.csv")
    #expect(result.status == 1)
    #expect(result.errors.contains("no column \"waiting\""))
    #expect(try !folder.names().contains("out.csv"))
    let named = try run("predict", "model.json", "new.csv", "--columns", "eruptions,pause")
    #expect(named.output == "label\n1\n")
  }

  @Test func samplesDependOnTheSeedAlone() throws {
    let one = try run("sample", "model.json", "-n", "50", "--seed", "7")
    let two = try run("sample", "model.json", "-n", "50", "--seed", "7", "--format", "csv")
    let other = try run("sample", "model.json", "-n", "50", "--seed", "8")
    #expect(one.output == two.output)
    #expect(one.output != other.output)
    let table = try Table(parsing: one.output)
    #expect(table.names == ["eruptions", "waiting", "label"])
    #expect(table.rows == 50)
  }

  @Test func jsonHasAnObjectPerRow() throws {
    let result = try run("sample", "model.json", "-n", "2", "--format", "json")
    let rows = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Double]])
    #expect(
      rows.map { Set($0.keys) } == Array(repeating: ["eruptions", "waiting", "label"], count: 2))
  }

  @Test func aBrokenModelIsAnError() throws {
    let text = try folder.read("model.json")
    try folder.write(String(text.prefix(text.count / 2)), to: "half.json")
    let result = try run("sample", "half.json", "-n", "2")
    #expect(result.status == 1)
    #expect(result.errors.contains("half.json"))
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
  }
}
