import Emulsion
import EmulsionData
import Testing

/// The code between `// article: NAME` and `// article: end` in a file of tests, as an article has
/// it: without the indentation that all its lines share.
private func snippet(_ name: String, in file: String) throws -> String {
  let lines = String(decoding: try AtomicFile.read(file), as: UTF8.self)
    .split(separator: "\n", omittingEmptySubsequences: false)
  let start = try #require(
    lines.firstIndex { $0.drop { $0 == " " } == "// article: \(name)" })
  let code = lines[(start + 1)...].prefix { $0.drop { $0 == " " } != "// article: end" }
  let indent = code.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
  return code.map { String($0.dropFirst(indent)) }.joined(separator: "\n")
}

/// The Swift code blocks of an article of the core's documentation.
private func codeBlocks(_ article: String, file: String = #filePath) throws -> [String] {
  let root = file.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
  let path = "\(root)/Sources/Emulsion/Emulsion.docc/\(article).md"
  let text = String(decoding: try AtomicFile.read(path), as: UTF8.self)
  return text.split(separator: "```swift\n").dropFirst().map { block in
    block.split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { $0 != "```" }.joined(separator: "\n")
  }
}

@Suite("Articles")
struct ArticleTests {
  @Test("hold the code that these tests compile and run")
  func code() throws {
    let folder = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    let model = try snippet("model", in: "\(folder)/SharedDiagonalCovariance.swift")
    let use = try snippet("use", in: #filePath)
    #expect(try codeBlocks("AddingACovarianceModel") == [model, use])
    let family = try snippet("geometric", in: "\(folder)/Geometric.swift")
    let registered = try snippet("family", in: #filePath)
    #expect(try codeBlocks("AddingAFamily") == [family, registered])
    #expect(try codeBlocks("FirstModel") == [try snippet("first", in: #filePath)])
  }

  @Test("Your first model")
  func firstModel() throws {
    var printed = ""
    func print(_ text: some CustomStringConvertible) { printed += text.description + "\n" }
    // article: first
    let geyser = try DataSets.table(named: "faithful")  // or Table(reading: "faithful.csv")

    var options = SelectionOptions()
    options.components = Array(1...6)
    options.covariances = Catalogue.standard.covarianceNames
    let selection = try Catalogue.standard.select(try geyser.source(), options)

    print(selection)
    let model = selection.best
    print(model)

    let labels = try model.predict(try geyser.source())
    print("row 1 belongs to component \(labels[0] + 1)")
    // article: end
    #expect(model.covariance == "tied" && model.components == 3)
    #expect((model.logLikelihood / -1126.326 - 1).magnitude < 1e-5)
    #expect(printed.contains("row 1 belongs to component"))
  }

  /// mclust 6.0.0, `me(modelName = "EEI")` on faithful with two components.
  @Test("Adding a covariance model")
  func covarianceModel() throws {
    let data = try DataSets.table(named: "faithful").source()
    // article: use
    var catalogue = Catalogue.standard
    catalogue.register(SharedDiagonalCovariance())

    var options = FitOptions()
    options.components = 2
    options.covariance = "shared-diagonal"
    options.tolerance = 1e-9
    let model = try catalogue.fit(data, options)
    // article: end
    #expect(model.freeParameters == 7)
    #expect((model.logLikelihood / -1157.6800123417236 - 1).magnitude < 1e-8)
    #expect(zip(model.trace, model.trace.dropFirst()).allSatisfy { $0 <= $1 + 1e-9 * $1.magnitude })
    #expect(model.covariances?.allSatisfy { $0 == model.covariances?.first } == true)
  }

  @Test("Adding a family")
  func family() throws {
    var random = CounterRandom(seed: 11)
    let values = (0..<4000).map {
      Geometric().sample([$0 % 2 == 0 ? 0.7 : 0.08], using: &random)
    }
    let failures = MatrixSource(Matrix(rows: values.count, columns: 1, values: values))
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let path = folder.file("geometric.json")
    // article: family
    var catalogue = Catalogue.standard
    catalogue.register(Geometric())

    var options = FitOptions()
    options.family = try catalogue.family(named: "geometric")
    options.components = 2
    let model = try catalogue.fit(failures, options)
    try model.save(to: path)
    let same = try catalogue.load(path: path)
    // article: end
    #expect(try same.logDensity(failures) == model.logDensity(failures))
    #expect(model.freeParameters == 3)
    let probabilities = model.parameters.map { list -> Double in
      if case .scalar(let value)? = list.first?.value { value } else { 0 }
    }
    // At most one failure: 1 − (1 − p)².
    let few = zip(model.weights, probabilities).reduce(0) { $0 + $1.0 * $1.1 * (2 - $1.1) }
    #expect(abs(try model.cdf([1.5])[0] - few) < 1e-14)
    #expect(try model.quantile([few]) == [1])
    #expect(abs((probabilities.max() ?? 0) - 0.7) < 0.05)
    #expect(abs((probabilities.min() ?? 0) - 0.08) < 0.01)
  }
}
