import Emulsion
import EmulsionPlot
import EmulsionPlugins
import Foundation
import Testing

/// A model of a family with the data that it was fitted to.
struct Fitted: Sendable, CustomTestStringConvertible {
  let name: String
  let family: String
  let columns: Int
  var noise = false

  var testDescription: String { name }

  static let all = [
    Fitted(name: "gaussian, 1", family: "gaussian", columns: 1),
    Fitted(name: "gaussian, 2", family: "gaussian", columns: 2),
    Fitted(name: "gaussian and noise, 2", family: "gaussian", columns: 2, noise: true),
    Fitted(name: "gaussian, 8", family: "gaussian", columns: 8),
    Fitted(name: "student_t, 2", family: "student_t", columns: 2),
    Fitted(name: "gamma, 2", family: "gamma", columns: 2),
    Fitted(name: "exponential, 1", family: "exponential", columns: 1),
    Fitted(name: "log_normal, 1", family: "log_normal", columns: 1),
    Fitted(name: "beta, 1", family: "beta", columns: 1),
    Fitted(name: "uniform, 1", family: "uniform", columns: 1),
    Fitted(name: "poisson, 1", family: "poisson", columns: 1),
    Fitted(name: "negative_binomial, 2", family: "negative_binomial", columns: 2),
    Fitted(name: "bernoulli, 3", family: "bernoulli", columns: 3),
    Fitted(name: "categorical, 3", family: "categorical", columns: 3),
    Fitted(name: "multinomial, 3", family: "multinomial", columns: 3),
    Fitted(name: "von_mises_fisher, 3", family: "von_mises_fisher", columns: 3),
  ]

  /// Numbers about two places that the family can describe.
  var data: MatrixSource {
    let rows = 160
    let matrix = Matrix(
      rows: rows, columns: columns,
      values: (0..<rows).flatMap { i -> [Double] in
        let values = (0..<columns).map { j -> Double in
          let u = Double((i * 37 + j * 61 + i * i * 13 + i * j * 7) % 101) / 101
          return (i % 2 == 0 ? 1 : 3) + u + 0.3 * Double(j % 3)
        }
        switch family {
        case "beta": return values.map { ($0 - 0.9) / 4 }
        case "poisson", "negative_binomial", "multinomial":
          return values.map { ($0 * $0).rounded(.down) }
        case "bernoulli": return values.map { $0.truncatingRemainder(dividingBy: 1) < 0.5 ? 1 : 0 }
        case "categorical":
          return values.map { ($0.truncatingRemainder(dividingBy: 1) * 3).rounded(.down) }
        case "von_mises_fisher":
          let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
          return values.map { $0 / length }
        default: return values
        }
      })
    return MatrixSource(matrix, columnNames: (0..<columns).map { "a_\($0)^{x}" })
  }

  func model() throws -> Model {
    let catalogue = Catalogue.withPlugins
    var options = FitOptions()
    options.family = try catalogue.family(named: family)
    options.components = 2
    options.noise = noise
    options.restarts = 2
    options.maximumIterations = 60
    return try catalogue.fit(data, options)
  }

  /// A mixture of two regressions, y = 2 + 3x and y = 20 − x.
  static func regression() throws -> (Model, MatrixSource) {
    let rows = 200
    let data = MatrixSource(
      Matrix(
        rows: rows, columns: 2,
        values: (0..<rows).flatMap { i -> [Double] in
          let x = Double(i % 50) / 5
          let e = Double((i * 37 + i * i) % 23) / 23 - 0.5
          return [x, (i % 2 == 0 ? 2 + 3 * x : 20 - x) + e]
        }), columnNames: ["x", "y"])
    let catalogue = Catalogue.withPlugins
    var options = FitOptions()
    options.family = try catalogue.family(named: "regression").configured(
      with: ["formula": .text("y ~ x")])
    options.components = 2
    return (try catalogue.fit(data, options), data)
  }
}

@Suite("Views of models")
struct ViewTests {
  @Test(
    "are drawn, with data and without, or refused by an error that lists what there is",
    arguments: Fitted.all)
  func everyView(fitted: Fitted) throws {
    let model = try fitted.model()
    let possible = Plot.views(of: model)
    #expect(possible.contains(Plot.bestView(of: model)))
    for view in ModelView.allCases {
      do {
        let plot = try Plot.model(model, view, data: fitted.data)
        #expect(possible.contains(view))
        try expectWellFormed(plot)
        for (width, height) in [(80, 24), (60, 20), (20, 8)] {
          let lines = plot.text(width: width, height: height)
            .split(separator: "\n", omittingEmptySubsequences: false)
          #expect(lines.allSatisfy { $0.count <= width }, "\(view) \(width)")
          #expect(lines.count <= height && !lines.isEmpty, "\(view) \(width)")
        }
      } catch let error as EmulsionError {
        #expect(!possible.contains(view), "\(view): \(error)")
        #expect(
          error.message.hasSuffix(
            "has no \"\(view)\" to draw; it has "
              + possible.map(\.rawValue).joined(separator: ", ")))
      }
      // Without data the densities alone are drawn, and what shows rows asks for them.
      guard possible.contains(view) else { continue }
      do {
        _ = try Plot.model(model, view).script(for: .svg)
      } catch let error as EmulsionError {
        #expect(error.message.contains("data = table"), "\(view): \(error)")
      }
    }
  }

  /// All lines of a figure's panels but outlines of bars.
  private func lines(_ panel: Panel) -> [[[Double]]] {
    panel.layers.flatMap { layer -> [[[Double]]] in
      if case .lines(let lines) = layer.shape { lines } else { [] }
    }
  }

  private func area(_ points: [[Double]]) -> Double {
    zip(points, points.dropFirst()).reduce(0) { sum, pair in
      sum + (pair.1[0] - pair.0[0]) * (pair.0[1] + pair.1[1]) / 2
    }
  }

  @Test(
    "of densities have components whose areas sum to that of the mixture, its probability on the axis",
    arguments: Fitted.all.filter {
      ["gaussian", "student_t", "gamma", "exponential", "log_normal", "uniform"].contains($0.family)
        && !$0.noise
    })
  func areas(fitted: Fitted) throws {
    let model = try fitted.model()
    let figure = try Plot.model(model, .density, data: fitted.data).figure
    #expect(figure.panels.count == fitted.columns)
    for panel in figure.panels {
      let curves = lines(panel)
      #expect(curves.count == 3)
      let areas = curves.map(area)
      #expect(abs(areas[0] + areas[1] - areas[2]) < 0.02)
      let ends = try model.marginal([panel.x.label]).cdf([panel.x.range.low, panel.x.range.high])
      #expect(abs(areas[2] - (ends[1] - ends[0])) < 0.02)
      #expect(areas[2] > 0.6)
      let bars = panel.layers.compactMap { layer -> Double? in
        guard case .boxes(let boxes) = layer.shape else { return nil }
        return boxes.reduce(0) { $0 + ($1[1] - $1[0]) * $1[3] }
      }
      #expect(bars.count == 1 && abs(bars[0] - 1) < 1e-9)
    }
    #expect(figure.notes.contains("Histograms: bins by Freedman–Diaconis' rule."))
  }

  @Test("of categories have bars that are full", arguments: ["bernoulli", "categorical"])
  func mosaics(family: String) throws {
    let fitted = Fitted(name: family, family: family, columns: 3)
    for panel in try Plot.model(fitted.model(), data: fitted.data).figure.panels {
      var heights: [Double: Double] = [:]
      for layer in panel.layers {
        guard case .boxes(let boxes) = layer.shape else { continue }
        for box in boxes { heights[box[0], default: 0] += box[3] - box[2] }
      }
      // All rows and two components.
      #expect(heights.count == 3)
      #expect(heights.values.allSatisfy { abs($0 - 1) < 1e-9 })
    }
  }

  @Test("of regressions have bands of 1.96 deviations about the lines")
  func bands() throws {
    let (model, data) = try Fitted.regression()
    #expect(Plot.bestView(of: model) == .regression)
    let plot = try Plot.model(model, data: data)
    let bands = plot.figure.panels[0].layers.compactMap { layer -> [[Double]]? in
      if case .band(let rows) = layer.shape { rows } else { nil }
    }
    let centres = lines(plot.figure.panels[0])
    #expect(bands.count == 2 && centres.count == 2)
    for k in 0..<2 {
      let parameters = model.parameters(ofComponent: k)
      let deviation = try #require(
        parameters.first { $0.name == "standard_deviation" }?.value.numbers.first)
      #expect(bands[k].count == centres[k].count)
      for (band, point) in zip(bands[k], centres[k]) {
        #expect(abs(band[1] - (point[1] - 1.959964 * deviation)) < 0.03 * deviation)
        #expect(abs(band[2] - (point[1] + 1.959964 * deviation)) < 0.03 * deviation)
      }
    }
    #expect(plot.figure.notes[0].contains("95 %"))
    var options = PlotOptions()
    options.columns = ["z"]
    #expect(throws: EmulsionError.self) { try Plot.model(model, data: data, options: options) }
  }

  @Test(
    "have outlines that hold the asked share of a component",
    arguments: ["gaussian", "student_t", "gamma"], [0.5, 0.95])
  func outlines(family: String, level: Double) throws {
    let model = try Fitted(name: family, family: family, columns: 2).model()
    var options = PlotOptions()
    options.level = level
    let outlines = lines(try Plot.model(model, options: options).figure.panels[0])
    let (rows, labels) = try model.sample(4000, seed: 3)
    for (k, outline) in outlines.enumerated() {
      let own = labels.indices.filter { labels[$0] == k }
      let inside = own.count { contains(outline, rows[$0, 0], rows[$0, 1]) }
      #expect(abs(Double(inside) / Double(own.count) - level) < 0.04)
    }
    #expect(outlines.count == 2)
  }

  /// Whether a closed line runs round a point (by crossings).
  private func contains(_ line: [[Double]], _ x: Double, _ y: Double) -> Bool {
    zip(line, line.dropFirst()).reduce(false) { inside, pair in
      let (a, b) = pair
      guard (a[1] > y) != (b[1] > y) else { return inside }
      return x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) ? !inside : inside
    }
  }

  @Test("leave out rows with missing cells, thin many, and say so")
  func rows() throws {
    let fitted = Fitted(name: "", family: "gaussian", columns: 2)
    let model = try fitted.model()
    var matrix = Matrix(rows: 20_000, columns: 2)
    for i in 0..<20_000 {
      (matrix[i, 0], matrix[i, 1]) = (Double(i % 97) / 30, Double(i % 89) / 30)
    }
    matrix[0, 0] = .nan
    matrix[5000, 1] = .infinity
    let plot = try Plot.model(model, data: MatrixSource(matrix))
    #expect(plot.figure.notes.contains("2 rows with missing cells are left out."))
    let drawn = plot.figure.panels[0].layers.reduce(0) { sum, layer in
      if case .points(let rows) = layer.shape, rows.count > 1 { sum + rows.count } else { sum }
    }
    #expect(drawn > 3900 && drawn <= 4000)
    #expect(plot.figure.notes.contains("\(drawn) of 19998 rows are drawn, evenly spaced."))
    #expect(plot.figure.legend.map(\.text) == ["Component 1", "Component 2"])
    // None at all.
    let empty = Matrix(rows: 1, columns: 2, values: [.nan, 1])
    for view in Plot.views(of: model) {
      try expectWellFormed(Plot.model(model, view, data: MatrixSource(empty)))
    }
  }

  @Test("weigh rows: a weight of 3 is three rows")
  func weights() throws {
    let fitted = Fitted(name: "", family: "gaussian", columns: 1)
    let (model, data) = (try fitted.model(), fitted.data)
    let weights = (0..<data.rows).map { Double($0 % 4) }
    let weighted = MatrixSource(data.matrix, columnNames: data.columnNames, weights: weights)
    let copies = (0..<data.rows).flatMap { i in
      Array(repeating: data.matrix[i, 0], count: Int(weights[i]))
    }
    let repeated = MatrixSource(
      Matrix(rows: copies.count, columns: 1, values: copies), columnNames: data.columnNames)
    func boxes(_ source: MatrixSource) throws -> [[Double]] {
      guard
        case .boxes(let boxes)? = try Plot.model(model, data: source).figure.panels[0].layers.first?
          .shape
      else { return [] }
      return boxes
    }
    let (a, b) = (try boxes(weighted), try boxes(repeated))
    #expect(a.count == b.count && !a.isEmpty)
    for (x, y) in zip(a.joined(), b.joined()) { #expect(abs(x - y) < 1e-9) }
  }

  @Test("of numbers of many sizes have a logarithmic axis, over which the area is 1 as well")
  func logarithms() throws {
    let values = (0..<300).map { exp(Double($0 * 7 % 300) / 25) }
    let source = MatrixSource(
      Matrix(rows: 300, columns: 1, values: values), columnNames: ["v"])
    var options = FitOptions()
    options.family = try Catalogue.withPlugins.family(named: "log_normal")
    let model = try Catalogue.withPlugins.fit(source, options)
    let panel = try Plot.model(model, data: source).figure.panels[0]
    #expect(panel.y.label == "Density, per factor of 10")
    #expect(abs(area(lines(panel)[0]) - 0.95) < 0.06)
    guard case .names(let tics) = panel.x.tics else {
      Issue.record("tics")
      return
    }
    #expect(tics.map(\.name) == ["1", "10", "100", "1000", "10000", "1e5"])
  }

  @Test(
    "refuse options that make no sense",
    arguments: ["level", "bins", "width", "columns", "twice", "many"])
  func options(name: String) throws {
    let fitted = Fitted(name: "", family: "gaussian", columns: 8)
    var options = PlotOptions()
    switch name {
    case "level": options.level = 1
    case "bins": options.bins = 0
    case "width": options.width = 10
    case "columns": options.columns = ["nothing"]
    case "twice": options.columns = ["a_1^{x}", "a_1^{x}"]
    default: options.columns = fitted.data.columnNames
    }
    let error = try #require(throws: EmulsionError.self) {
      try Plot.model(fitted.model(), .classification, data: fitted.data, options: options)
    }
    #expect(error.code == .invalidOption && !error.message.contains("\n"))
  }
}

/// Lines of a criterion's plot.
@Suite struct CriterionSeriesTests {
  @Test func `families under one covariance model have a line each`() throws {
    let catalogue = Catalogue.withPlugins
    var options = SelectionOptions()
    options.families = [GaussianDefinition(), try catalogue.family(named: "student_t")]
    options.components = [1, 2]
    options.fit.restarts = 2
    let sample = try Sample(rows: 60, columns: 2, k: 2)
    let selection = try catalogue.select(MatrixSource(sample.data), options)
    let series = selection.criterionSeries()
    #expect(series.map(\.name).sorted() == ["gaussian, full", "student_t, full"])
    #expect(series.allSatisfy { $0.values.count + $0.degenerate.count == 2 })
  }
}
