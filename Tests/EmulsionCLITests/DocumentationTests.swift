import Foundation
import Testing

/// What the manual shows is what happens.
@Suite struct DocumentationTests {
  @Test func theReferenceIsWhatTheHelpSays() throws {
    let result = try Command.run("reference")
    #expect(result.status == 0)
    #expect(
      try result.output == Page("reference").text,
      "made anew by: emulsion reference > docs/reference.md")
    for name in ["em.fit(data", "em.student_t(", "### Table", "model:respond("] {
      #expect(result.output.contains(name))
    }
  }

  /// The pages at the package's root and of the families that come along.
  static let readings: [String] = {
    let folder = Command.root.appending(path: "Plugins")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let pages = names.sorted().map { "Plugins/\($0)/README.md" }
    return ["README.md"]
      + pages.filter {
        FileManager.default.fileExists(atPath: Command.root.appending(path: $0).path)
      }
  }()

  @Test(arguments: readings)
  func whatAFolderSaysOfItselfRuns(path: String) throws {
    let text = try String(contentsOf: Command.root.appending(path: path), encoding: .utf8)
    let blocks = Page.blocks("lua", of: text)
    #expect(!blocks.isEmpty)
    let folder = try TemporaryFolder()
    try folder.write(blocks.joined(separator: "\n"), to: "page.lua")
    let result = try Command.run("page.lua", folder: folder.url)
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(!result.output.isEmpty)
  }

  @Test func linksLeadSomewhere() throws {
    let docs = Command.root.appending(path: "docs")
    let pages = try FileManager.default.contentsOfDirectory(atPath: docs.path)
      .filter { $0.hasSuffix(".md") }
    #expect(pages.count > 10)
    for page in pages {
      let text = try Page(String(page.dropLast(3))).text
      for part in text.components(separatedBy: "](").dropFirst() {
        let link = part.components(separatedBy: ")")[0]
        if link.hasPrefix("http") || link.hasPrefix("#") || link.contains(" ") { continue }
        let path = docs.appending(path: link.components(separatedBy: "#")[0]).path
        #expect(FileManager.default.fileExists(atPath: path), "\(page): \(link)")
      }
    }
  }

  @Test func theSessionShownIsTheOneThatHappens() throws {
    let session = try TerminalSession()
    let lines = try Page("session").blocks("session").flatMap { $0.split(separator: "\n") }
    #expect(lines.count > 8)
    for line in lines {
      if line.hasPrefix("em> ") {
        try session.enter(String(line.dropFirst(4)))
      } else {
        try session.wait(for: "\(line)\n")
      }
    }
  }

  /// The whole walk, typed: the first day, and in a new session the next.
  @Test func theWalkIsWalkedInSessions() throws {
    let page = try Page("walk")
    let days = page.text.components(separatedBy: "## The next day")
    #expect(days.count == 2)
    let folder = try TemporaryFolder()
    _ = try page.layOutFiles(in: folder)
    let expected = [
      ["Table, 140 rows × 9 columns", "altitude, soil", "Selection by BIC", "crosses are means"],
      ["cluster, density"],
    ]
    for (day, texts) in zip(days, expected) {
      let session = try TerminalSession(
        Invocation(
          program: "/bin/sh",
          arguments: ["-c", "cd '\(folder.url.path)' && exec '\(try Command.path())'"],
          folder: folder))
      for line in Page.blocks("lua", of: day).flatMap({ $0.split(separator: "\n") }) {
        try session.enter(String(line))
      }
      try session.enter("'the ' .. 'end'")
      try session.wait(for: "the end\n")
      for text in texts { #expect(session.transcript.contains(text)) }
      for problem in ["did you mean", "attempt to", "emulsion: ", "error"] {
        #expect(!session.transcript.contains(problem), "\(session.transcript)")
      }
    }
    let labelled = try folder.read("labelled.csv").split(separator: "\n")
    #expect(labelled[0].hasPrefix("id,date,site,species,"))
    #expect(labelled[0].hasSuffix("altitude,soil,cluster,uncertainty"))
    #expect(try folder.read("flowers.html").contains("Kinds of iris"))
  }

  /// No step of the walk takes more than two lines, and none a loop.
  @Test func theWalkIsShort() throws {
    let lines = try Page("walk").blocks("lua").flatMap { $0.split(separator: "\n") }
    #expect(!lines.contains { $0.contains("for ") || $0.contains("while ") })
    #expect(lines.allSatisfy { $0.count <= 130 })
  }

  @Test func aShellMayInstallAsThePageSays() throws {
    let folder = try TemporaryFolder()
    let products = URL(filePath: try Command.path()).deletingLastPathComponent().path
    let prefix = folder.url.appending(path: "a prefix").path
    for block in try Page("install").blocks("sh") {
      if block.contains("lua5.4") && StockLua.program == nil { continue }
      let line = "export PREFIX='\(prefix)' EMULSION_BUILT='\(products)'\n\(block)"
      let result = try Command.shell(line, folder: Command.root)
      #expect(result.status == 0, "\(block): \(result.errors)")
      if block.contains("doctor") { #expect(result.output.contains("ok  numerics")) }
      if block.contains("lua5.4") { #expect(result.output.hasPrefix("0.")) }
    }
    for file in [
      "bin/emulsion", "share/man/man1/emulsion.1", "share/bash-completion/completions/emulsion",
      "share/zsh/site-functions/_emulsion", "share/fish/vendor_completions.d/emulsion.fish",
    ] {
      #expect(FileManager.default.fileExists(atPath: "\(prefix)/\(file)"), "\(file)")
    }
    let removed = try Command.shell(
      "scripts/install --remove --prefix '\(prefix)'", folder: Command.root)
    #expect(removed.status == 0)
    #expect(!FileManager.default.fileExists(atPath: "\(prefix)/bin/emulsion"))
    let wrong = try Command.shell("scripts/install --prefx x", folder: Command.root)
    #expect(wrong.status == 2)
  }

  @Test func theDoctorLooksAtEverything() throws {
    let result = try Command.run("doctor")
    #expect(result.status == 0, "\(result.output)")
    for subject in ["numerics", "memory", "scripts", "plugins", "plots", "history", "stock Lua"] {
      #expect(result.lines.contains { $0.dropFirst(4).hasPrefix(subject) }, "\(subject)")
    }
    let broken = try Command.run("doctor", "--plugin", "nowhere.so")
    #expect(broken.status == 1)
    #expect(broken.output.contains("!!  plugins    nowhere.so"))
  }

  @Test func theManualPageTellsOfEveryCommand() throws {
    let page = try Command.run("manual").output
    #expect(page.hasPrefix(".TH EMULSION 1"))
    for name in ["RUN", "REPL", "FIT", "SELECT", "PREDICT", "SAMPLE", "PLUGIN", "DOCTOR"] {
      #expect(page.contains(".SH EMULSION \(name)\n"))
    }
    #expect(page.contains("\\-\\-covariance"))
    #expect(!page.contains("\n.nf\n.") && !page.contains(".SH EMULSION MANUAL"))
  }
}
