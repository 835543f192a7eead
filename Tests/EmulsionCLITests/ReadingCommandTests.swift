import EmulsionData
import Foundation
import Testing

/// The options of reading, and what becomes of missing cells, in the commands.
@Suite struct ReadingCommandTests {
  @Test(arguments: [
    ("\"\",\"x\",\"y\"\n\"1\",1.5,2\n\"2\",2.5,3\n\"3\",3.5,9\n", []),
    ("x;y\n1,5;2\n2,5;3\n3,5;9\n", []),
    ("x,y,\n1.5,2,\n2.5,3,\n3.5,9,\n", []),
    ("x;y\n1500,0;2\n2500,0;3\n3500,0;9\n", ["--delimiter", ";", "--decimal", ","]),
    ("x|y\n1'500|2\n2'500|3\n3'500|9\n", ["--thousands", "'"]),
    ("% a\nx,y\n1.5,2\n2.5,3 % b\n3.5,9\n", ["--comment", "%"]),
    ("made by X\nx,y\n1.5,2\n2.5,3\n3.5,9\n", ["--skip", "1"]),
    ("x,y\nm,s\n1.5,2\n2.5,3\n3.5,9\n", ["--skip", "2,"]),
    ("x,y\n1.5,2\n-,3\n2.5,3\n3.5,9\n", ["--missing", "-", "--missing-rows", "drop"]),
    ("x,y\n1.5,2\n-99,3\n2.5,3\n3.5,9\n", ["--missing", "-99", "--missing-rows", "drop"]),
    ("x  y\n1.5  2\n 2.5 3 \n3.5  9\n", ["--delimiter", "space"]),
    ("x;y\n1 500,0;2\n2 500,0;3\n3 500,0;9\n", []),
    ("x,y\n1.5,2\n2.5,3\n3.5,9\n\"", ["--limit", "3"]),
    ("x,y,b\n1.5,2,TRUE\n2.5,3,false\n3.5,9,T\n", ["--number", "b", "--columns", "x,y"]),
  ])
  func filesAreRead(text: String, options: [String]) throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "data.csv")
    let result = try Command.run(
      ["fit", "data.csv", "--covariance", "diagonal", "--format", "csv"] + options,
      folder: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    let table = try Table(parsing: result.output)
    let mean = try #require(try table["mean x"]?.numbers?.first)
    #expect(mean == 2.5 || mean == 2500)
    #expect(table.names.contains("mean y") && !table.names.contains("mean row"))
  }

  @Test(arguments: [
    (["--decimal", "comma"], "one character"), (["--encoding", "koi8"], "latin-1"),
    (["--skip", "x"], "skip"),
    (["--missing-rows", "some"], "drop"), (["--delimiter", "ab"], "one character"),
    (["--limit", "-1"], "limit"),
  ])
  func othersAreRefused(options: [String], part: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("x,y\n1.5,2\n2.5,3\n", to: "data.csv")
    let result = try Command.run(["fit", "data.csv"] + options, folder: folder.url)
    #expect(result.status == 2)
    #expect(result.errors.contains(part), "\(result.errors)")
  }

  @Test func missingRowsAreNamedOrLeftOut() throws {
    let folder = try TemporaryFolder()
    try folder.write("x,y\n1,2\n,3\n2,5\n4,\n5,1\n3,3\n", to: "data.csv")
    let refused = try Command.run(["fit", "data.csv"], folder: folder.url)
    #expect(refused.status == 1 && refused.errors.contains("line 3"), "\(refused.errors)")
    #expect(refused.errors.contains("--missing-rows drop"))
    let fit = try Command.run(
      ["fit", "data.csv", "--missing-rows", "drop", "--save", "m.json"], folder: folder.url)
    #expect(
      fit.status == 0 && fit.errors.contains("2 of 6 rows have missing cells"), "\(fit.errors)")
    #expect(fit.output.contains("4 rows × 2 columns"))
    let predicted = try Command.run(
      ["predict", "m.json", "data.csv", "--missing-rows", "drop", "--keep"], folder: folder.url)
    #expect(predicted.status == 0)
    #expect(try Table(parsing: predicted.output)["x"]?.numbers == [1, 2, 5, 3])
  }
}
