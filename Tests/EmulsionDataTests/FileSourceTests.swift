import Emulsion
import EmulsionData
import Testing

/// Files that are read anew in every pass.
@Suite final class FileSourceTests {
  private let folder: TemporaryFolder
  /// 5,000 rows of three columns.
  private let rows: Table

  init() throws {
    folder = try TemporaryFolder()
    var random = CounterRandom(seed: 9)
    rows = try Table(
      ["a", "b", "c"].map { name in
        (
          name: name,
          column: .numbers(
            (0..<5000).map { Double($0 % 2) * 3 + (random.normal() * 64).rounded() / 64 })
        )
      })
  }

  deinit { folder.remove() }

  private func path(_ name: String) -> String { folder.file(name) }

  private func bits(_ data: any DataSource) throws -> [UInt64] {
    var options = FitOptions()
    (options.components, options.restarts, options.maximumIterations) = (2, 2, 10)
    let model = try Catalogue.standard.fit(data, options)
    return (model.trace + model.weights).map(\.bitPattern)
  }

  /// Where each part begins; parts of every size, also empty ones.
  @Test(arguments: [[], [1], [256, 4096], [17, 18, 4999], [2500, 2500]])
  func severalFilesAreOne(_ cuts: [Int]) throws {
    let borders = [0] + cuts + [5000]
    for (i, (first, end)) in zip(borders, borders.dropFirst()).enumerated() {
      try rows.slice(first, end - 1).write(to: path("part-\(i).npy"))
    }
    let source = try FileSource(opening: [path("part-*.npy")])
    #expect(source.rows == 5000)
    #expect(try bits(source) == bits(rows.source()))
  }

  @Test(arguments: ["t.csv", "t.csv.gz", "t.tsv"])
  func textIsConverted(_ name: String) throws {
    try rows.write(to: path(name))
    for _ in 0..<2 {
      let source = try FileSource(opening: [path(name)])
      #expect(source.names == ["a", "b", "c"])
      #expect(try bits(source) == bits(rows.source()))
    }
    #expect(folder.contents == [name, name + ".emulsion"])
  }

  @Test func aCacheOfAnotherFileIsMadeAnew() throws {
    try rows.write(to: path("t.csv"))
    _ = try FileSource(opening: [path("t.csv")])
    let other = rows.head(100)
    try other.write(to: path("t.csv"))
    #expect(try FileSource(opening: [path("t.csv")]).rows == 100)
    _ = try folder.write("nonsense", as: "t.csv.emulsion")
    #expect(try FileSource(opening: [path("t.csv")]).rows == 100)
  }

  @Test func columnsAndWeightsAreChosen() throws {
    try rows.write(to: path("t.csv"))
    let source = try FileSource(opening: [path("t.csv")]).selecting(["c", "a"])
    #expect(try bits(source) == bits(rows.select(["c", "a"]).source()))
    let weighted = try Table(
      rows.names.indices.map { (name: rows.names[$0], column: try rows[position: $0]) }
        + [(name: "w", column: .numbers((0..<5000).map { Double($0 % 3) }))])
    try weighted.write(to: path("w.csv"))
    let own = try FileSource(opening: [path("w.csv")]).selecting(nil, weights: "w")
    #expect(own.columnNames == ["a", "b", "c"])
    #expect(try bits(own) == bits(weighted.source(weights: .column("w"))))
  }

  @Test func whatCannotBeOpenedIsSaid() throws {
    try rows.write(to: path("t.csv"))
    try rows.select(["a", "b"]).write(to: path("u.csv"))
    let long = "a,b\n" + String(repeating: "1,2\n", count: 300_000) + "1,oops\n"
    _ = try folder.write(long, as: "late.csv")
    for (paths, text) in [
      (["nothing-*.npy"], "nothing matches"), (["none.csv"], "no such file"),
      (["t.csv", "u.csv"], "2 columns, but"), (["late.csv"], "late.csv, line 300002"),
      (["."], "is a directory"),
    ] {
      let error = #expect(throws: EmulsionError.self) {
        _ = try FileSource(opening: paths.map(path))
      }
      #expect(error?.message.contains(text) ?? false, "\(error?.message ?? "")")
    }
  }

  @Test func aFileThatChangesEndsWhatUsesIt() throws {
    try rows.write(to: path("t.npy"))
    let source = try FileSource(opening: [path("t.npy")])
    // In place, so that the file that was opened is the one that changes.
    try rows.head(10).write(to: path("u.npy"))
    _ = try folder.write(folder.bytes(of: "u.npy"), as: "t.npy")
    let error = #expect(throws: EmulsionError.self) { _ = try bits(source) }
    #expect(error?.code == .io)
  }

  @Test func missingCellsAreToldWithTheirFile() throws {
    try rows.write(to: path("a.npy"))
    _ = try folder.write("x1,x2,x3\n1,2,3\n4,,6\n", as: "b.csv")
    let source = try FileSource(opening: [path("a.npy"), path("b.csv")])
    let error = #expect(throws: EmulsionError.self) { _ = try bits(source) }
    #expect(error?.message.contains("b.csv, row 2, column \"x2\"") ?? false)
  }

  @Test func incompleteRowsCanBeLeftOut() throws {
    let holed = try Table(
      rows.names.indices.map { j in
        let values = try rows[position: j].numbers ?? []
        let cells = values.enumerated().map { i, x in (i * 7 + j) % 31 == 0 ? Double.nan : x }
        return (name: rows.names[j], column: .numbers(cells))
      })
    try holed.write(to: path("h.csv"))
    let complete = try CompleteRows(FileSource(opening: [path("h.csv")])) { false }
    let kept = try holed.filter(keeping: holed.completeRows())
    #expect(complete.rows == kept.rows)
    #expect(complete.dropped > 400)
    #expect(try bits(complete) == bits(kept.source()))
  }

  @Test func patternsPassCachesOver() throws {
    for i in 1...3 { try rows.slice(i * 100, i * 100 + 99).write(to: path("part-\(i).csv")) }
    for _ in 0..<2 { #expect(try FileSource(opening: [path("part-*")]).rows == 300) }
    #expect(throws: EmulsionError.self) { try FileSource(opening: [path("*.emulsion")]) }
  }

  /// More rows than a stretch has.
  @Test func labelsOfRowsWithErrorsKnowTheErrors() throws {
    var options = FitOptions()
    options.components = 2
    let model = try Catalogue.standard.fit(rows.select(["a"]).source(), options)
    let count = 300_000
    let values = (0..<count).map { Double($0 % 41) / 10 - 0.5 }
    let deviations = (0..<count).map { Double($0 % 7) / 2 }
    let source = MatrixSource(
      Matrix(rows: count, columns: 1, values: values), columnNames: ["a"])
    let measured = try MeasuredSource(
      source, deviations: Matrix(rows: count, columns: 1, values: deviations))
    try model.writeLabels(of: measured, to: path("labels.csv"))
    let written = try Table(reading: path("labels.csv")).column(named: "label").numbers
    let expected = try model.predict(measured).map { Double($0 + 1) }
    #expect(written == expected)
    let exact = try model.predict(source).map { Double($0 + 1) }
    #expect(exact != expected)
  }

  @Test func labelsAreWrittenInStretches() throws {
    try rows.write(to: path("t.csv"))
    let source = try FileSource(opening: [path("t.csv")])
    var options = FitOptions()
    options.components = 2
    let model = try Catalogue.standard.fit(source, options)
    try model.writeLabels(of: source, to: path("labels.csv"))
    let written = try Table(reading: path("labels.csv")).column(named: "label").numbers
    #expect(try written == model.predict(source).map { Double($0 + 1) })
  }
}
