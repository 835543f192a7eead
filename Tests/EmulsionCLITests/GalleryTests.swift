import Foundation
import Testing

/// The scripts that show what Emulsion is for, and the tour of scripting, do what they say.
///
/// What each script prints lies in `Gallery`. After a change that is meant to change it, make it
/// anew from the root of the package:
/// `for s in scripts/*.lua; do emulsion $s > Tests/EmulsionCLITests/Gallery/$(basename $s .lua).txt; done`
@Suite struct GalleryTests {
  static let scripts: [String] = {
    let folder = Command.root.appending(path: "scripts").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".lua") }.map { String($0.dropLast(4)) }.sorted()
  }()

  /// The files that scripts make.
  static let products = [
    "choose_by_bic": ["diabetes_bic.svg"],
    "factor_analysers": ["wine_factors.svg"],
    "measurement_errors": ["galaxies_exact.svg"],
    "old_faithful": ["old_faithful.json", "old_faithful.svg", "old_faithful_bic.svg"],
  ]

  @Test(arguments: scripts)
  func aScriptPrintsWhatItShould(name: String) throws {
    let script = Command.root.appending(path: "scripts/\(name).lua").path
    let folder = try TemporaryFolder()
    let result = try Command.run(script, folder: folder.url)
    #expect(result.errors.isEmpty)
    #expect(result.status == 0)
    let gallery = Command.root.appending(path: "Tests/EmulsionCLITests/Gallery")
    let expected = try String(contentsOf: gallery.appending(path: "\(name).txt"), encoding: .utf8)
    #expect(result.output == expected)
    let made = try folder.names()
    #expect(made == Self.products[name] ?? [])
  }

  @Test func theGalleryHasAllItShows() {
    #expect(Self.scripts.count >= 7)
    #expect(Self.scripts.contains("old_faithful"))
  }

  /// Pages whose code runs as one script, and the files that it makes.
  static let pages = [
    "plots": [
      "categories.svg", "contour.svg", "counts.svg", "density.svg", "grid.svg", "old_faithful.svg",
      "old_faithful_bic.svg", "pairs.svg", "profile.svg", "regions.svg", "regression.svg",
      "report.html", "rootogram.svg", "selection.html", "tour.lua", "trace.svg", "uncertainty.svg",
    ],
    "scripting": [
      "flowers.json", "iris.html", "iris.json", "iris.svg", "iris_bic.svg", "iris_profile.svg",
      "tour.lua",
      "wide.csv",
    ],
    "tables": ["study.csv", "tour.lua", "visits.db", "visits.json"],
    "lua-families": ["tour.lua", "waiting.json"],
    "walk": ["flowers.html", "flowers.json", "flowers.png", "labelled.csv", "tour.lua"],
    "from-mclust": [
      "acidity.svg", "bic.svg", "classification.svg", "tour.lua", "uncertainty.svg",
    ],
    "from-scikit-learn": ["clusters.svg", "density.svg", "selection.svg", "tour.lua"],
    "from-flexmix": ["npreg.svg", "tour.lua"],
    "inference": ["tour.lua"],
    "long-runs": ["fit.checkpoint", "search.jsonl", "tour.lua"],
    "peers": ["tour.lua"],
    "scale": ["labels.csv", "part-1.npy", "part-2.npy", "tour.lua"],
  ]

  @Test(arguments: pages.keys.sorted())
  func aPageRunsFromTopToBottom(name: String) throws {
    let page = try Page(name)
    let blocks = page.blocks("lua")
    #expect(blocks.count > 1)
    let folder = try TemporaryFolder()
    let given = try page.layOutFiles(in: folder)
    try folder.write(blocks.joined(separator: "\n"), to: "tour.lua")
    let result = try Command.run("tour.lua", folder: folder.url)
    // What had to be guessed is told.
    let notes = result.errors.split(separator: "\n")
    #expect(
      notes.allSatisfy { $0.hasPrefix("emulsion: study.csv: ") || $0.hasSuffix("left out") },
      "\(notes)")
    #expect(notes.isEmpty == (name != "tables"))
    #expect(result.status == 0)
    let made = try folder.names().filter { !given.contains($0) }
    #expect(made == Self.pages[name])
  }

  @Test func thePicturesOfTheDocumentationComeFromItsCode() throws {
    let folder = try TemporaryFolder()
    let script = Command.root.appending(path: "scripts/images").path
    let result = try Command.shell(
      "EMULSION='\(try Command.path())' '\(script)' images", folder: folder.url)
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    let made = try FileManager.default.contentsOfDirectory(
      atPath: folder.url.appending(path: "images").path)
    let kept = try FileManager.default.contentsOfDirectory(
      atPath: Command.root.appending(path: "docs/images").path)
    // One of measurements is made by hand.
    #expect(made.sorted() == kept.filter { $0 != "pruning.svg" }.sorted())
    let page = try String(
      contentsOf: Command.root.appending(path: "docs/plots.md"), encoding: .utf8)
    for part in page.components(separatedBy: "](images/").dropFirst() {
      #expect(made.contains(part.components(separatedBy: ")")[0]))
    }
  }
}
