import EmulsionData
import Foundation
import Testing

/// Where results go: in the form that the name of the file tells, and never over what is read.
@Suite struct OutputFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let result = try Command.run(
      [
        "-e",
        """
        local d = em.dataset('faithful')
        d:write('in.csv')
        em.fit(d, { components = 2, restarts = 1 }):save('M.json')
        """,
      ], folder: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    try FileManager.default.createSymbolicLink(
      at: folder.url.appending(path: "link.csv"),
      withDestinationURL: folder.url.appending(path: "in.csv"))
  }

  private func path(_ name: String) -> String { folder.url.appending(path: name).path }

  @Test(arguments: [
    "predict M.json in.csv -o in.csv", "predict M.json in.csv -o ./link.csv",
    "predict M.json in.csv --open -o in.csv", "predict M.json 'i?.csv' -o in.csv",
    "predict M.json in.csv -o M.json", "fit in.csv --save in.csv", "fit link.csv -o in.csv",
    "fit in.csv --checkpoint in.csv", "select in.csv --journal in.csv",
    "select in.csv --save in.csv", "sample M.json -o M.json",
  ])
  func whatIsReadIsNotWrittenOver(line: String) throws {
    let before = try ["in.csv", "M.json"].map { try Data(contentsOf: URL(filePath: path($0))) }
    let result = try Command.shell("emulsion \(line)", folder: folder.url)
    #expect(result.status == 2 && result.errors.contains("can't be written over"), "\(result)")
    let after = try ["in.csv", "M.json"].map { try Data(contentsOf: URL(filePath: path($0))) }
    #expect(before == after)
  }

  @Test(arguments: ["csv", "tsv", "csv.gz", "npy", "jsonl", "json"])
  func theNameTellsTheForm(ending: String) throws {
    for line in [
      "sample M.json -n 5 --seed 2 -o o.\(ending)", "predict M.json in.csv -o o.\(ending)",
    ] {
      let result = try Command.shell("emulsion \(line)", folder: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let table = try Table(reading: path("o.\(ending)"))
      #expect(table.columns == (line.hasPrefix("sample") ? 3 : 1))
      if ending != "npy" { #expect(table.names.last == "label") }
    }
    let first = try Data(contentsOf: URL(filePath: path("o.\(ending)"))).prefix(2)
    #expect((first == Data([0x1F, 0x8B])) == ending.hasSuffix("gz"))
  }

  @Test(arguments: [
    ("sample M.json -o s.npz", "archives are read alone"),
    ("sample M.json --format csv -o s.npy", "--format csv"),
    ("select in.csv --components 1 -o s.npy", "arrays of .npy are of numbers"),
  ])
  func otherFormsAreRefused(line: String, part: String) throws {
    let result = try Command.shell("emulsion \(line)", folder: folder.url)
    #expect(result.status == 2 && result.errors.contains(part), "\(result)")
  }

  @Test(arguments: [
    ("--seed=-3", "seed = -3"), ("--seed -3", "seed = -3"), ("--seed 7", "seed = 7"),
  ])
  func seedsMayBeNegative(flag: String, option: String) throws {
    let fitted = try Command.shell(
      "emulsion fit in.csv --components 2 \(flag) --save seeded.json && emulsion sample M.json -n 2 \(flag)",
      folder: folder.url)
    #expect(fitted.status == 0, "\(fitted.errors)")
    let script = """
      local m = em.fit(em.read('in.csv'), { components = 2, \(option) })
      assert(m.loglik == em.load('seeded.json').loglik)
      """
    let result = try Command.run(["-e", script], folder: folder.url)
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test(arguments: [
    ("sample M.json -n -5", "≥ 0, not -5"), ("fit in.csv --tolerance -1", "tolerance"),
    ("fit in.csv --max-iterations -1", "max_iterations"), ("select in.csv --components -1", "-1"),
    ("fit in.csv --comp 2", "did you mean '--components'?"),
    ("-e 'em.fitt(1)'", "did you mean em.fit?"), ("-e 'return em.unknown.x'", "nil value"),
    ("fit faithfull", "the data set \"faithful\""), ("help foo", "no command \"foo\""),
  ])
  func mistakesAreTold(line: String, part: String) throws {
    let result = try Command.shell("emulsion \(line)", folder: folder.url)
    #expect(result.status != 0 && result.errors.contains(part), "\(result)")
  }

  @Test func repeatedListsAreJoined() throws {
    let lines = ["--columns eruptions --columns waiting", "--columns eruptions,waiting"].map {
      "emulsion fit in.csv \($0) --format csv"
    }
    #expect(
      try Command.shell(lines[0], folder: folder.url).output
        == Command.shell(lines[1], folder: folder.url).output)
  }
}
