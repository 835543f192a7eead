import Emulsion
import EmulsionPlot
import EmulsionPlugins
import Foundation
import Testing

@Suite("Reports")
struct ReportTests {
  /// The tags of a page in order, comments and the doctype apart.
  private func tags(_ html: String) -> [String] {
    html.split(separator: "<").dropFirst().compactMap { part in
      part.hasPrefix("!") ? nil : part.firstIndex(of: ">").map { String(part[..<$0]) }
    }
  }

  /// Whether every element that is opened is closed, in order.
  private func isBalanced(_ html: String) -> Bool {
    var open: [String] = []
    for tag in tags(html) {
      let name = String(tag.prefix { $0.isLetter || $0.isNumber || $0 == "/" || $0 == ":" })
      if name.hasPrefix("/") {
        guard open.popLast() == String(name.dropFirst()) else { return false }
      } else if !tag.hasSuffix("/") && name != "meta" {
        open.append(name)
      }
    }
    return open.isEmpty
  }

  private func expectSound(_ html: String, pictures: Int) {
    #expect(html.hasPrefix("<!DOCTYPE html>"))
    #expect(isBalanced(html))
    let names = tags(html)
    #expect(names.count { $0.hasPrefix("svg ") } >= pictures)
    // Nothing is loaded, and nothing runs.
    #expect(!html.contains("://") && !html.contains("<script") && !html.contains("<link"))
    #expect(!html.contains("@import") && !html.contains("url(http"))
    for quote in ["'", "\""] {
      let ids = html.components(separatedBy: " id=\(quote)").dropFirst()
        .map { $0.components(separatedBy: quote)[0] }
      #expect(Set(ids).count == ids.count)
    }
    #expect(html.contains("prefers-color-scheme: dark") && html.contains("@media print"))
    #expect(html.contains("name=\"viewport\""))
  }

  private let hostile = ["<script>&\"", "größe' </svg> ]]> 日本"]

  private func data() -> MatrixSource {
    let data = Fitted(name: "", family: "gaussian", columns: 2).data
    return MatrixSource(data.matrix, columnNames: hostile)
  }

  @Test("of models stand alone, and names can't break them")
  func model() throws {
    var options = FitOptions()
    options.components = 2
    options.seed = 7
    let model = try Catalogue.standard.fit(data(), options)
    var title = PlotOptions()
    title.title = "</title><script>alert(1)</script>"
    let html = try Report(of: model, data: data(), options: title).html
    expectSound(html, pictures: 4)
    #expect(html.contains("&lt;script&gt;&amp;&quot;"))
    #expect(html.contains("&lt;/title&gt;&lt;script&gt;alert(1)"))
    #expect(html.contains(model.bic.formatted(decimals: 3)))
    #expect(html.contains("<dt>Seed</dt><dd>7</dd>") && html.contains(emulsionVersion))
    for weight in model.weights { #expect(html.contains(weight.formatted(decimals: 4))) }
    // Without rows the densities are there.
    expectSound(try Report(of: model).html, pictures: 2)
  }

  @Test("of selections have the grid, the best three with their differences, and the best model")
  func selection() throws {
    var options = SelectionOptions()
    options.components = [1, 2, 3]
    options.covariances = ["full", "tied"]
    let selection = try Catalogue.standard.select(data(), options)
    let html = try Report(of: selection, data: data()).html
    expectSound(html, pictures: 4)
    #expect(html.contains("The best fits") && html.contains("<tr class=\"best\">"))
    for entry in selection.entries {
      #expect(html.contains("K = \(entry.components)"))
    }
    #expect(html.contains(selection.best.bic.formatted(decimals: 3)))
  }

  @Test("of every family are sound", arguments: Fitted.all)
  func families(fitted: Fitted) throws {
    expectSound(try Report(of: fitted.model(), data: fitted.data).html, pictures: 1)
  }

  @Test("are written whole or not at all")
  func files() throws {
    let report = try Report(of: Fitted.all[0].model())
    let error = try #require(throws: EmulsionError.self) {
      try report.save(to: "/nosuch/folder/report.html")
    }
    #expect(error.code == .io && error.message.contains("/nosuch/folder/report.html"))
  }

  private static let browser: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome-headless-shell"]
    return folders.flatMap { folder in names.map { "\(folder)/\($0)" } }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  @Test(
    "are drawn by Chromium on a telephone, a wide screen and in the dark",
    .enabled(if: browser != nil, "Chromium is not installed"), arguments: ["390,844", "1400,900"])
  func browsers(size: String) throws {
    let program = try #require(Self.browser)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("emulsion-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let page = folder.appendingPathComponent("report.html")
    let fitted = Fitted(name: "", family: "gaussian", columns: 8)
    try Report(of: fitted.model(), data: fitted.data).save(to: page.path)
    var pictures: [Data] = []
    for scheme in [[], ["--blink-settings=preferredColorScheme=0"]] {
      let picture = folder.appendingPathComponent("page.png")
      let process = Process()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments =
        [
          "--headless", "--no-sandbox", "--disable-gpu", "--window-size=\(size)",
          "--screenshot=\(picture.path)", "--host-resolver-rules=MAP * ~NOTFOUND",
        ] + scheme + [page.absoluteString]
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      let drawn = try Data(contentsOf: picture)
      #expect(drawn.count > 10_000)
      pictures.append(drawn)
      try? FileManager.default.removeItem(at: picture)
    }
    #expect(pictures.first != pictures.last, "the dark page is as light as the other")
  }
}
