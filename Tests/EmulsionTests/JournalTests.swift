import Emulsion
import EmulsionData
import Foundation
import Testing

/// Searches that are kept in a journal: what is there is not fitted again, and the result has the same bits.
@Suite struct JournalTests {
  private let path: String

  init() {
    path =
      FileManager.default.temporaryDirectory
      .appending(path: "journal-\(UInt64.random(in: .min ... .max)).jsonl").path
  }

  private func data(_ name: String = "faithful", scale: Double = 1) throws -> MatrixSource {
    let table = try DataSets.table(named: name)
    var matrix = try table.matrix(table.numericNames)
    matrix.values = matrix.values.map { $0 * scale }
    return MatrixSource(matrix, columnNames: table.numericNames)
  }

  private func select(
    _ data: MatrixSource, journal: String? = nil,
    _ change: (inout SelectionOptions) -> Void = { _ in }
  ) throws -> Selection {
    var options = SelectionOptions()
    options.components = [1, 2, 3]
    options.covariances = covarianceNames
    options.journal = journal
    change(&options)
    return try Catalogue.standard.select(data, options)
  }

  /// All that a result is, but for how long it took.
  private func bits(_ selection: Selection) -> [String] {
    selection.entries.map { entry in
      let model = entry.model
      let numbers = (model?.parameters ?? []).flatMap { $0.flatMap(\.value.numbers) }
      return [
        entry.structure, "\(entry.components)", entry.status, "\(entry.logLikelihood)",
        "\(entry.heldOutLogLikelihood ?? 0)", "\(model?.trace ?? [])", "\(model?.weights ?? [])",
        "\(numbers)", "\(model?.evidence as Any)",
      ].joined(separator: " ")
    } + [selection.audit.description, "\(selection.best.logLikelihood)"]
  }

  @Test(arguments: ["bic", "cv", "nec"])
  func `cut anywhere, a journal leads to the same bits`(criterion: String) throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let data = try data()
    let criterion = try Catalogue.standard.criterion(named: criterion)
    func run(_ journal: String?, threads: Int) throws -> Selection {
      try select(data, journal: journal) {
        $0.criterion = criterion
        $0.folds = 3
        $0.fit.threads = threads
      }
    }
    let expected = bits(try run(nil, threads: 1))
    #expect(bits(try run(path, threads: 2)) == expected)
    let whole = try Data(contentsOf: URL(filePath: path))
    let lines = whole.split(separator: UInt8(ascii: "\n")).count
    #expect(lines > 40)
    for share in [0, 1e-3, 0.11, 0.3, 0.5001, 0.77, 0.95, 0.9999, 1] {
      let count = Int(share * Double(whole.count))
      try whole.prefix(count).write(to: URL(filePath: path))
      let selection = try run(path, threads: share < 0.5 ? 1 : 2)
      #expect(bits(selection) == expected, "cut after \(count) bytes")
      let isTorn = count > 0 && whole[count - 1] != UInt8(ascii: "\n")
      #expect(selection.notes.contains { $0.contains("was cut off") } == isTorn)
    }
  }

  @Test func `a search that is whole is read from its journal`() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let data = try data()
    let count = Counter()
    func run() throws -> Selection {
      try select(data, journal: path) {
        $0.fit.progress = ProgressHandler(isConcurrent: true) { _ in _ = count.next() }
      }
    }
    let first = bits(try run())
    let iterations = count.value
    #expect(iterations > 100)
    #expect(bits(try run()) == first)
    #expect(count.value == iterations)
  }

  @Test func `what is of another search is refused`() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let data = try data()
    _ = try select(data, journal: path)
    func refusal(_ other: MatrixSource? = nil, _ change: (inout SelectionOptions) -> Void)
      -> EmulsionError?
    {
      do {
        _ = try select(other ?? data, journal: path, change)
        return nil
      } catch { return error as? EmulsionError }
    }
    #expect(refusal { $0.fit.seed = 4 }?.message.contains("its seed was 0, not 4") == true)
    let counts = refusal { $0.components = [1, 2] }
    #expect(counts?.message.contains("components were 1, 2, 3") == true)
    #expect(refusal { $0.fit.noise = true }?.message.contains("noise") == true)
    #expect(refusal { $0.fit.prunes = false }?.code == .invalidOption)
    #expect(refusal { $0.fit.threads = 1 } == nil)
    let other = try self.data(scale: 2)
    let told = try #require(refusal(other) { _ in })
    #expect(told.code == .invalidOption && told.message.contains("force = true"))
    let forced = try select(other, journal: path) { $0.acceptsOtherData = true }
    #expect(forced.notes.contains { $0.contains("of other data") })
    var both: EmulsionError?
    do {
      _ = try select(data, journal: path) { $0.fit.checkpoint = Checkpoint("other") }
    } catch { both = error as? EmulsionError }
    #expect(both?.message.contains("journal and checkpoint") == true)
  }

  @Test func `what is no journal, or damaged, is left as it is`() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let data = try data()
    func refusal() -> EmulsionError? {
      do {
        _ = try select(data, journal: path)
        return nil
      } catch { return error as? EmulsionError }
    }
    for text in ["x,y\n1,2\n", "x", "{\"checksum\":\"md5\"}\n", "{\"a\": 1}\n"] {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(refusal()?.message.contains("not a journal") == true)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }
    try FileManager.default.removeItem(atPath: path)
    _ = try select(data, journal: path)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let digit = try #require(text.range(of: "\"seconds\":"))
    try text.replacingCharacters(in: digit, with: "\"sekonds\":")
      .write(toFile: path, atomically: true, encoding: .utf8)
    #expect(refusal()?.message.contains("line 2 is damaged") == true)
    try text.replacing("\"emulsion\":\"\(emulsionVersion)\"", with: "\"emulsion\":\"0.0.1\"")
      .write(toFile: path, atomically: true, encoding: .utf8)
    #expect(refusal()?.message.contains("line 1 is damaged") == true)
  }

  @Test func `a journal of another version is left as it is`() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    _ = try select(data(), journal: path)
    let begun = try String(contentsOfFile: path, encoding: .utf8)
    let first = try #require(begun.split(separator: "\n").first)
    let record = try #require(first.firstRange(of: "\"record\":")).upperBound
    let older = first[record...].dropLast().replacing(
      "\"emulsion\":\"\(emulsionVersion)\"", with: "\"emulsion\":\"0.0.1\"")
    let text = "{\"checksum\":\"\(ContentHash(of: older.utf8).text)\",\"record\":\(older)}\n"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let refusal = #expect(throws: EmulsionError.self) { try select(data(), journal: path) }
    #expect(refusal?.message.contains("written by Emulsion 0.0.1") == true)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  @Test func `a path that can't be written is told at once`() throws {
    let count = Counter()
    for path in ["/nosuch/j.jsonl", "/dev/null", NSTemporaryDirectory()] {
      var refusal: EmulsionError?
      do {
        _ = try select(data(), journal: path) {
          $0.fit.progress = ProgressHandler(isConcurrent: true) { _ in _ = count.next() }
        }
      } catch { refusal = error as? EmulsionError }
      #expect(refusal?.code == .io && refusal?.message.hasPrefix(path) == true)
    }
    #expect(count.value == 0)
  }

  @Test func `a search that is ended tells what it did not reach, and goes on`() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let data = try data()
    let expected = bits(try select(data))
    let (flag, count) = (Flag(), Counter())
    let ended = try select(data, journal: path) {
      $0.fit.threads = 1
      $0.fit.progress = ProgressHandler(isConcurrent: true) { _ in
        if count.next() == 150 { flag.raise() }
      }
      $0.fit.isCancelled = { flag.isRaised }
    }
    let statuses = Set(ended.entries.map(\.status))
    #expect(statuses.contains("ok") && statuses.contains("not reached"))
    #expect(ended.notes.contains { $0.contains("the search was ended after") })
    #expect(ended.best.warnings.contains { $0.contains("the search was ended after") })
    // The smallest come first, then those next to the best.
    #expect(ended.entries.filter { $0.components == 1 }.allSatisfy { $0.status == "ok" })
    #expect(bits(try select(data, journal: path)) == expected)
  }
}
