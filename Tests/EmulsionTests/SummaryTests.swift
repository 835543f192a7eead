import Emulsion
import Testing

/// What a fit looks like in print.
@Suite("Summaries")
struct SummaryTests {
  private static let text =
    "warning: regression: in component 1 x tells without error (separation) b apart: coefficients grow"

  @Test("texts wrap whole", arguments: [1, 7, 20, 40, 60, 80, 200])
  func wraps(width: Int) {
    let lines = Self.text.wrapped(to: width)
    #expect(lines.allSatisfy { $0.count <= width })
    func letters(_ text: String) -> String { text.filter { $0 != " " } }
    #expect(letters(lines.joined()) == letters(Self.text))
    if width >= 40 {
      #expect(lines.flatMap { $0.split(separator: " ") } == Self.text.split(separator: " "))
    }
  }

  @Test("what begins with spaces keeps them, and what is no longer than a line stays as it is")
  func margins() {
    #expect("  a  b".wrapped(to: 80) == ["  a  b"])
    #expect("  aaaa bbbb cccc".wrapped(to: 12) == ["  aaaa bbbb", "cccc"])
    #expect("aaaa bbbb cccc dddd".wrapped(to: 14) == ["aaaa bbbb cccc", "  dddd"])
    #expect("".wrapped(to: 10) == [""])
  }

  @Test("one is no plural", arguments: [(0, "0 rows"), (1, "1 row"), (2, "2 rows")])
  func counts(count: Int, text: String) {
    #expect(count.counted("row") == text)
    #expect(
      1.counted("class", "classes") == "1 class" && 2.counted("class", "classes") == "2 classes")
  }

  @Test("numbers stand at their points")
  func alignment() {
    let lines = alignedTable([
      ["", "x", "text"], ["a", "12.5", "b"], ["b", "-3", "c"], ["c", "0.125", "d"],
      ["d", "–", "e"],
    ])
    #expect(
      lines == [
        "        x  text", "a  12.5       b", "b  -3         c", "c   0.125     d",
        "d       –     e",
      ])
  }

  @Test("wide tables go on below, with every column")
  func blocks() {
    let names = (1...9).map { "column\($0)" }
    let rows = [[""] + names, ["a"] + names.map { _ in "1" }, ["b"] + names.map { _ in "2" }]
    let lines = wrappedTable(rows, width: 30)
    #expect(lines.allSatisfy { $0.count <= 30 })
    #expect(names.allSatisfy { name in lines.contains { $0.contains(name) } })
    #expect(lines.count { $0.hasPrefix("a") } == lines.count { $0.hasPrefix("b") })
    #expect(wrappedTable(rows, width: 200) == alignedTable(rows))
  }

  private static func matrix(_ rows: Int, _ columns: Int, _ value: (Int, Int) -> Double) -> Matrix {
    var matrix = Matrix(rows: rows, columns: columns)
    for i in 0..<rows {
      for j in 0..<columns { matrix[i, j] = value(i, j) }
    }
    return matrix
  }

  private func model(_ change: (inout FitOptions) -> Void = { _ in }) throws -> (
    Model, MatrixSource
  ) {
    let rows = Self.matrix(60, 8) { i, j in
      let step = (i * (7 + j)) % 13
      return Double(step) / 3 + (i < 20 ? 9 : 0)
    }
    let data = MatrixSource(rows, columnNames: (1...8).map { "measure\($0)" })
    var options = FitOptions()
    options.components = 2
    options.covariance = "diagonal"
    change(&options)
    return (try Catalogue.standard.fit(data, options), data)
  }

  @Test("the details tell what the summary leaves out", arguments: [40, 80, 200])
  func details(width: Int) throws {
    let (model, data) = try model()
    let sizes = try #require(try model.sizes(of: data))
    #expect(sizes == [40, 20, 0])
    let short = model.summary(width: width, more: "x")
    let text = model.details(width: width, sizes: sizes, covariances: true)
    #expect("\(text)\n\(short)".split(separator: "\n").allSatisfy { $0.count <= width })
    #expect(width == 200 || short.contains("more column"))
    for name in data.columnNames { #expect(text.contains("mean \(name)")) }
    #expect(text.contains("standard deviations") && text.contains("covariances of 2"))
    #expect(text.contains("entropy") && text.contains(" 40"))
  }

  @Test("counts of one are told as one")
  func singular() throws {
    let data = MatrixSource(Self.matrix(3, 1) { i, _ in Double(1 << i) }, columnNames: ["x"])
    var options = FitOptions()
    options.maximumIterations = 1
    options.tolerance = 0
    let model = try Catalogue.standard.fit(data, options)
    #expect(
      model.description.contains("3 rows × 1 column, 2 free parameters, stopped after 1 iteration"))
    #expect(!model.description.contains("1 columns") && !model.description.contains("1 iterations"))
  }

  @Test("manifests tell the tolerance that was used")
  func tolerance() throws {
    let (few, _) = try model()
    #expect(few.manifest.options["tolerance"] == "0.01")
    let rows = Self.matrix(400, 20) { i, j in
      let step = i * i * (j + 3) + j * i
      return Double(step % 101)
    }
    var options = FitOptions()
    options.maximumIterations = 3
    let many = try Catalogue.standard.fit(MatrixSource(rows), options)
    #expect(many.freeParameters == 230)
    #expect(many.manifest.options["tolerance"] == "\(5e-5 * 230)")
    options.tolerance = 0.5
    let given = try Catalogue.standard.fit(MatrixSource(rows), options)
    #expect(given.manifest.options["tolerance"] == "0.5")
  }

  @Test("whole numbers are told as such")
  func wholeNumbers() {
    var options = FitOptions()
    options.tolerance = -1
    #expect(
      throws: EmulsionError(.invalidOption, "tolerance must be a number ≥ 0, not -1")
    ) { try Catalogue.standard.fit(MatrixSource(Matrix(rows: 3, columns: 1)), options) }
  }
}
