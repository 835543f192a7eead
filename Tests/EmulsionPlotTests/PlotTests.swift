import Emulsion
import EmulsionPlot
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Calls `body` with the path of a folder of its own.
private func withFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("emulsion-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}

private func files(_ folder: URL) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
}

/// Saves `plot` and expects files that start as their formats do; SVG must be XML to its end.
func expectWellFormed(
  _ plot: Plot, as names: [String] = ["a.svg"], sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let signatures = ["svg": "<?xml", "png": "\u{89}PNG", "pdf": "%PDF-"]
  try withFolder { folder in
    for name in names {
      let url = folder.appendingPathComponent(name)
      try plot.save(to: url.path)
      let data = try Data(contentsOf: url)
      let signature = signatures[url.pathExtension.lowercased()] ?? ""
      let start = signature.unicodeScalars.map { UInt8($0.value) }
      #expect(data.starts(with: start), "\(name)", sourceLocation: sourceLocation)
      if name.hasSuffix("svg") {
        #expect(XMLParser(data: data).parse(), sourceLocation: sourceLocation)
      }
    }
    let left = try files(folder)
    #expect(left == names.sorted(), sourceLocation: sourceLocation)
  }
}

@Suite("Plots of classes")
struct ClusterPlotTests {
  @Test("are drawn for any number of columns", arguments: [1, 2, 3, 7])
  func formats(columns: Int) throws {
    let plot = try Sample(rows: 90, columns: columns, k: 3).plot(title: "Title")
    try expectWellFormed(plot, as: ["a.svg", "a.png", "a.PDF"])
  }

  @Test("draw the ellipse, the mean and the points of each class")
  func content() throws {
    let sample = try Sample(rows: 30, columns: 2, k: 3)
    let script = try sample.plot().script(for: .svg)
    for k in 0..<3 {
      let ellipse = sample.components.ellipse(k, 0, 1)
      let block = ellipse.points.map { "\($0[0]) \($0[1])" }.joined(separator: "\n")
      #expect(script.contains("<< END\n\(block)\nEND"))
      #expect(script.contains("<< END\n\(Double(3 * k)) \(Double(6 * k))\nEND"))
      #expect(script.contains("set label 'Component \(k + 1)'"))
    }
    #expect(script.contains("set label 'column_0'"))
    for i in 0..<30 {
      let row = "\(sample.data[i, 0]) \(sample.data[i, 1])"
      #expect(script.contains("\n\(row)\n"))
    }
  }

  @Test("of one column add the constant density of noise to the sum")
  func noise() throws {
    let clean = try Sample(rows: 60, columns: 1, k: 1)
    let data = Matrix(rows: 61, columns: 1, values: clean.data.values + [40])
    let source = MatrixSource(data, columnNames: ["x"])
    var options = FitOptions()
    options.noise = true
    let model = try Catalogue.standard.fit(source, options)
    let plot = try Plot.model(model, data: source)
    #expect(plot.figure.legend.map(\.text).contains("Mixture"))
    let noise = try #require(model.noise)
    let script = plot.script(for: .svg)
    #expect(script.contains(" \(noise.weight * exp(noise.region.logDensity))\n"))
  }

  @Test("show six of many columns and say so")
  func manyColumns() throws {
    let plot = try Sample(rows: 20, columns: 13, k: 2).plot()
    let script = plot.script(for: .svg)
    #expect(script.contains("Columns 1 to 6 of 13 are shown; name others to see them."))
    #expect(script.contains("column_5") && !script.contains("column_6"))
  }

  @Test("thin many rows, always the same ones")
  func thinning() throws {
    let sample = try Sample(rows: 100_000, columns: 2, k: 2)
    let script = try sample.plot().script(for: .svg)
    #expect(script.utf8.count < 600_000)
    #expect(script.contains("4000 of 100000 rows are drawn, evenly spaced."))
    #expect(try sample.plot().script(for: .svg) == script)
    try expectWellFormed(sample.plot())
  }

  private func titled(_ title: String) -> PlotOptions {
    var options = PlotOptions()
    options.title = title
    return options
  }

  @Test("take any text for names and titles")
  func escaping() throws {
    var sample = try Sample(rows: 20, columns: 3, k: 2)
    let hostile = ["it's \"x\"\\n", "a_b^c {/Symbol q} %s @ & <b>", "new\nline\ttab `ls` $x"]
    sample.components = try PlotComponents(
      weights: sample.components.weights, means: sample.components.means,
      covariances: sample.components.covariances)
    for columns in [1, 2, 3] {
      let data = Matrix(
        rows: 20, columns: columns,
        values: (0..<20).flatMap { sample.data.row($0).prefix(columns) })
      try expectWellFormed(
        .clusters(
          data, labels: sample.labels, columns: Array(hostile.prefix(columns)),
          classNames: [hostile[0], hostile[2]], options: titled(hostile.joined())))
    }
    #expect(string("it's\n") == "'it''s '")
  }

  @Test(
    "survive extreme values",
    arguments: [.leastNonzeroMagnitude, 1e-150, 1e150, 1e290, 1e12, 1, 0], [1.0, 1e-9, 0, .nan])
  func extremes(offset: Double, spread: Double) throws {
    var sample = try Sample(rows: 24, columns: 3, k: 2)
    let unit = offset == 0 || offset == 1 || offset == 1e12 ? 1 : offset
    for i in sample.data.values.indices {
      sample.data.values[i] = offset + sample.data.values[i] * spread * unit
    }
    sample.data.values[4] = .infinity
    for columns in 1...3 {
      let data = Matrix(
        rows: 24, columns: columns,
        values: (0..<24).flatMap { sample.data.row($0).prefix(columns) })
      try expectWellFormed(
        .clusters(data, labels: sample.labels, columns: Array(sample.names.prefix(columns))))
    }
  }

  @Test("draw components without variance as points and segments", arguments: [1, 2, 3])
  func collapsed(columns: Int) throws {
    let sample = try Sample(rows: 12, columns: columns, k: 2)
    let components = try PlotComponents(
      weights: [0.5, 0.5], means: sample.components.means,
      covariances: [Matrix(rows: columns, columns: columns), Matrix.identity(columns)])
    try expectWellFormed(
      .clusters(
        sample.data, labels: sample.labels, columns: sample.names, components: components))
  }

  @Test("draw rows of no class, single rows and no rows")
  func fewRows() throws {
    let sample = try Sample(rows: 6, columns: 2, k: 2)
    try expectWellFormed(
      .clusters(sample.data, labels: [-1, 0, 0, 1, 1, -1], columns: sample.names))
    try expectWellFormed(
      .clusters(Matrix(rows: 1, columns: 2), labels: [0], columns: sample.names))
    try expectWellFormed(.clusters(Matrix(rows: 0, columns: 1), labels: [], columns: ["x"]))
  }

  @Test("fit a terminal", arguments: [1, 2, 4], [(80, 24), (40, 12), (20, 8)])
  func text(columns: Int, size: (width: Int, height: Int)) throws {
    let text = try Sample(rows: 60, columns: columns, k: 2).plot(title: "T")
      .text(width: size.width, height: size.height)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= size.height)
    #expect(lines.allSatisfy { $0.count <= size.width })
    #expect(!text.contains("\u{0C}") && !text.isEmpty)
  }

  @Test("refuse shapes that do not fit")
  func misfits() throws {
    let sample = try Sample(rows: 4, columns: 2, k: 2)
    #expect(throws: EmulsionError.self) {
      try Plot.clusters(sample.data, labels: [0], columns: sample.names)
    }
    #expect(throws: EmulsionError.self) {
      try Plot.clusters(
        Matrix(rows: 4, columns: 1), labels: sample.labels, columns: ["x"],
        components: sample.components)
    }
    #expect(
      throws: EmulsionError(
        .invalidData, "column \"x\" has values beyond 1e300, too large to draw; rescale it")
    ) {
      try Plot.clusters(Matrix(rows: 1, columns: 1, values: [1e301]), labels: [0], columns: ["x"])
    }
    #expect(throws: EmulsionError.self) {
      try PlotComponents(weights: [1], means: Matrix(rows: 2, columns: 1), covariances: [])
    }
  }
}

@Suite("Plots of criteria")
struct CriterionPlotTests {
  private let series = [
    CriterionSeries(name: "full", values: [(3, 90.5), (1, 100), (2, .nan)]),
    CriterionSeries(
      name: "it's_tied", values: [(1, 95), (2, 80), (3, 85)], degenerate: [(4, 20), (5, .nan)]),
  ]

  private func texts(_ plot: Plot) -> [String] {
    plot.figure.panels[0].layers.flatMap { layer -> [String] in
      if case .texts(let list) = layer.shape { list.map(\.text) } else { [] }
    }
  }

  @Test("mark the smallest value, and what is degenerate, at the border where it lies outside")
  func marks() throws {
    let plot = try Plot.criterion("BIC", series)
    #expect(texts(plot) == ["it's_tied, K = 2"])
    #expect(plot.figure.panels[0].y.label == "BIC (smaller is better)")
    #expect(plot.figure.notes == ["× marks degenerate fits, which may not win."])
    try expectWellFormed(plot)
    let text = plot.text(width: 60, height: 20)
    #expect(text.contains("it's_tied, K = 2") && text.contains("x"))
  }

  @Test("mark the model they are told to, and draw a single value")
  func chosen() throws {
    let plot = try Plot.criterion("ICL", series, best: ("full", 3))
    #expect(texts(plot) == ["full, K = 3"])
    try expectWellFormed(
      .criterion("AIC", [CriterionSeries(name: "full", values: [(1, -1e12)])]))
  }

  @Test("cover the best fits, and tell how many lie above")
  func axis() throws {
    let values = (1...9).map { ($0, $0 == 1 ? 1e6 : 1000 + pow(Double($0) - 4, 2)) }
    let plot = try Plot.criterion("BIC", [CriterionSeries(name: "full", values: values)])
    let axis = plot.figure.panels[0].y.range
    #expect(axis.low < 1000 && axis.high > 1025 && axis.high < 1100)
    #expect(plot.figure.notes == ["1 of 9 fits lie above the axis, which covers the best."])
  }

  @Test("draw fourteen lines in ways that differ")
  func looks() throws {
    let many = (0..<14).map { CriterionSeries(name: "m\($0)", values: [(1, Double($0))]) }
    let script = try Plot.criterion("BIC", many).script(for: .svg)
    let looks = script.split(separator: "\n").filter { $0.contains("with points pointtype") }
      .map { $0.split(separator: " ").dropFirst().joined() }
    #expect(Set(looks).count >= 14)
  }

  @Test("show the grid: differences from the best, and what is degenerate")
  func grid() throws {
    let plot = try Plot.grid("BIC", series)
    #expect(texts(plot).sorted() == ["0", "10", "15", "20", "5.0", "×", "×"])
    try expectWellFormed(plot)
    #expect(plot.text(width: 60, height: 20).contains("it's_tied"))
  }

  @Test("refuse to draw nothing")
  func nothing() {
    let none = [CriterionSeries(name: "full", values: [(1, .nan)])]
    #expect(throws: EmulsionError.self) { try Plot.criterion("BIC", none) }
    #expect(throws: EmulsionError.self) { try Plot.grid("BIC", none) }
  }
}

@Suite("Drawing")
struct DrawingTests {
  @Test("errors are clear and leave nothing behind")
  func errors() throws {
    let plot = try Sample(rows: 10, columns: 2, k: 2).plot()
    try withFolder { folder in
      let odd = folder.appendingPathComponent("a.jpg").path
      #expect(
        throws: EmulsionError(
          .invalidOption, "\(odd): plots are saved under names that end in .svg, .png or .pdf")
      ) { try plot.save(to: odd) }
      #expect(throws: EmulsionError(.cancelled, "interrupted")) {
        try plot.save(to: folder.appendingPathComponent("b.svg").path, isCancelled: { true })
      }
      let lost = folder.appendingPathComponent("absent/a.svg").path
      #expect(
        throws: EmulsionError(.io, "\(lost): cannot be written: No such file or directory")
      ) { try plot.save(to: lost) }
      let error = #expect(throws: EmulsionError.self) {
        try Gnuplot().draw("set nonsense 1\nplot", to: folder.appendingPathComponent("a.svg").path)
      }
      #expect(error?.message.hasPrefix("gnuplot failed: ") == true)
      #expect(throws: EmulsionError.self) {
        try Gnuplot().draw("set terminal svg", to: folder.appendingPathComponent("a.svg").path)
      }
      let left = try files(folder)
      #expect(left.isEmpty)
      #expect(
        throws: EmulsionError(
          .io, "plots are drawn by gnuplot, which is not installed; apt-get install gnuplot-nox")
      ) { try Gnuplot(searching: folder.path) }
    }
  }

  @Test("files may have any name, and replace what was there")
  func names() throws {
    let plot = try Sample(rows: 10, columns: 2, k: 2).plot()
    try withFolder { folder in
      let url = folder.appendingPathComponent("it's \"a\" $plot\\ `é`.svg")
      try Data("before".utf8).write(to: url)
      try plot.save(to: url.path)
      let data = try Data(contentsOf: url)
      #expect(XMLParser(data: data).parse())
      #expect(try files(folder).count == 1)
    }
  }
}
