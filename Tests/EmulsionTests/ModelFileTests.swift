import Emulsion
import EmulsionData
import Foundation
import Testing

/// Saving and loading: the same bits back, and nothing else than whole, unaltered files.
@Suite struct ModelFileTests {
  private func withFile<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "emulsion-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.appending(path: "model.json").path)
  }

  private func faithful(_ change: (Double, Int) -> Double = { x, _ in x }) throws -> MatrixSource {
    let table = try DataSets.table(named: "faithful")
    return MatrixSource(try table.matrix().mapped(change), columnNames: table.names)
  }

  @Test(arguments: covarianceNames, [1.0, 1e-140, 1e140])
  func sameBits(covariance: String, scale: Double) throws {
    let data = try faithful { x, _ in x * scale }
    let model = try fit(data) {
      $0.covariance = covariance
      $0.seed = .max
    }
    try withFile { path in
      try model.save(to: path)
      let loaded = try Catalogue.standard.load(path: path)
      #expect(try loaded.logDensity(data) == model.logDensity(data))
      #expect(loaded.means == model.means && loaded.covariances == model.covariances)
      #expect(loaded.bic == model.bic && loaded.icl == model.icl && loaded.trace == model.trace)
      #expect(loaded.columnNames == model.columnNames && loaded.manifest == model.manifest)
      #expect(loaded.description == model.description)
      let listing = try FileManager.default.contentsOfDirectory(
        atPath: URL(filePath: path).deletingLastPathComponent().path)
      #expect(listing == ["model.json"])
    }
  }

  private func message(_ text: String) throws -> String {
    try withFile { path in
      try Data(text.utf8).write(to: URL(filePath: path))
      do {
        _ = try Catalogue.standard.load(path: path)
      } catch let error as EmulsionError {
        #expect(error.code == .invalidData && !error.message.contains("\n"))
        return error.message
      }
      Issue.record("the file was taken")
      return ""
    }
  }

  private func savedText() throws -> String {
    let model = try fit(faithful())
    return try withFile { path in
      try model.save(to: path)
      return try String(contentsOfFile: path, encoding: .utf8)
    }
  }

  @Test func truncatedAnywhere() throws {
    let text = try savedText()
    for share in [0, 1, 10, 50, 90, 99] {
      let cut = try message(String(text.prefix(text.count * share / 100)))
      #expect(cut.contains("not a model file"))
    }
  }

  @Test func altered() throws {
    let text = try savedText()
    let other = text.replacingOccurrences(of: "\"seed\" : 0", with: "\"seed\" : 1")
    #expect(other != text)
    #expect(try message(other).contains("altered"))
    let swapped = text.replacingOccurrences(of: "\"full\"", with: "\"tied\"")
    #expect(try message(swapped).contains("altered"))
  }

  @Test func reformattedIsNotAltered() throws {
    let text = try savedText()
    try withFile { path in
      let compact = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      try Data(compact.joined().utf8).write(to: URL(filePath: path))
      _ = try Catalogue.standard.load(path: path)
    }
  }

  @Test func conditionalsAndOddNamesComeBack() throws {
    let source = MatrixSource(try faithful().matrix, columnNames: ["NaN", "Infinity"])
    let model = try fit(source)
    for saved in [model, try model.conditional(given: ["NaN": 3])] {
      try withFile { path in
        try saved.save(to: path)
        let loaded = try Catalogue.standard.load(path: path)
        #expect(loaded.parameters == saved.parameters && loaded.columnNames == saved.columnNames)
      }
    }
  }

  /// A file whose checksum is right but whose parts don't fit each other.
  @Test(arguments: [
    (["mixture", "components", "0", "mean"], "[1]"),
    (["mixture", "components", "0", "mean"], "[1, \"NaN\"]"),
    (["mixture", "components", "0", "covariance", "values"], "[1]"),
    (["mixture", "components", "0", "covariance", "values"], "[1, 2, 1]"),
    (["mixture", "components", "0", "covariance", "dimension"], "9000000000000000000"),
    (["mixture", "components", "0", "covariance", "form"], "\"diagonal\""),
    (["mixture", "components"], "[]"),
    (["mixture", "weights"], "[0.5, 0.5]"),
    (["mixture", "weights"], "[-1, 1, 1]"),
    (["mixture", "weights"], "[1, 1, 1]"),
    (["mixture", "family", "covariance"], "\"spherical\""),
    (["mixture", "family", "frame", "exponents"], "[-9000000000000000000, 0]"),
    (["mixture", "family", "frame", "exponents"], "[0]"),
    (["mixture", "family", "limits", "scale"], "[1, \"Infinity\"]"),
    (["columns"], "[\"eruptions\"]"),
  ])
  func partsThatDontFit(path: [String], value: String) throws {
    let decoder = JSONDecoder()
    let tree = try decoder.decode(JSON.self, from: Data(savedText().utf8))
    let part = try decoder.decode(JSON.self, from: Data(value.utf8))
    let changed = tree.replacing(path[...], by: part).signed
    let message = try message(
      String(decoding: JSONEncoder().encode(changed), as: UTF8.self))
    #expect(!message.contains("altered"), "\(message)")
  }

  @Test func fromBeforeSpuriousStartsWereCounted() throws {
    let decoder = JSONDecoder()
    let tree = try decoder.decode(JSON.self, from: Data(savedText().utf8))
    let old = try decoder.decode(
      JSON.self,
      from: Data(#"{"starts": 10, "reachedBest": 7, "spread": 1.5, "degenerate": 2}"#.utf8))
    let changed = tree.replacing(["fit", "evidence"], by: old).signed
    try withFile { path in
      try JSONEncoder().encode(changed).write(to: URL(filePath: path))
      let evidence = try Catalogue.standard.load(path: path).evidence
      #expect(evidence.starts == 10 && evidence.reachedBest == 7 && evidence.spread == 1.5)
      #expect(evidence.degenerate == 2 && evidence.spurious == 0 && evidence.givenUp == nil)
    }
  }

  @Test func fromANewerVersion() throws {
    let text = try savedText()
    let newer = text.replacingOccurrences(of: "\"version\" : 1,", with: "\"version\" : 2,")
    #expect(try message(newer).contains("newer"))
    #expect(try message("{\"format\": \"emulsion-model\"}").contains("version"))
    #expect(try message("[1, 2]").contains("not a model file"))
  }

  @Test func missingAndUnwritable() throws {
    #expect(throws: EmulsionError.self) { try Catalogue.standard.load(path: "/nowhere/m.json") }
    let model = try fit(faithful())
    do {
      try model.save(to: "/nowhere/m.json")
      Issue.record("saved into a folder that does not exist")
    } catch let error as EmulsionError {
      #expect(error.code == .io && error.message.contains("/nowhere/m.json"))
    }
  }
}
