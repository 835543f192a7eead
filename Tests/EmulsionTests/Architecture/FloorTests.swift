import Foundation
import Testing

/// Folders are floors: each uses those below it alone.
@Suite struct FloorTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static var targets: [String] {
    let sources = root.appending(path: "Sources")
    let found = try? FileManager.default.contentsOfDirectory(atPath: sources.path())
    return (found ?? []).filter {
      (try? FolderGraph.swiftFiles(below: sources.appending(path: $0)).isEmpty) == false
    }.sorted()
  }

  private func graph(_ target: String) throws -> FolderGraph {
    try FolderGraph(ofTarget: Self.root.appending(path: "Sources/\(target)/"))
  }

  @Test(arguments: Self.targets)
  func `no folder of a target leads back to itself`(target: String) throws {
    let graph = try graph(target)
    guard let circle = graph.circle else { return }
    let names = zip(circle, circle.dropFirst()).map { graph.uses[$0]?[$1]?.sorted() ?? [] }
    Issue.record("\(target): \(circle.joined(separator: " → ")) by \(names)")
  }

  @Test func `the page on architecture tells which floor uses which`() throws {
    let page = try String(
      contentsOf: Self.root.appending(path: "docs/architecture.md"), encoding: .utf8)
    for (floor, uses) in try graph("Emulsion").uses {
      let list = uses.keys.sorted().joined(separator: ", ")
      let line = "| `\(floor)` | \(list.isEmpty ? "nothing" : list) |"
      #expect(page.contains(line), "docs/architecture.md should have the line \(line)")
    }
  }

  @Test func `a circle is found`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "floors-\(UUID())/")
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in [
      ("A/One.swift", "struct One { var two: Two? } // Three"),
      ("B/Two.swift", "struct Two { let text = \"One\"; func three() -> Three { Three() } }"),
      ("C/Three.swift", "public struct Three { var one: [One] }"),
    ] {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let graph = try FolderGraph(ofTarget: folder)
    #expect(graph.circle == ["A", "B", "C", "A"])
    #expect(graph.uses["A"]?.keys.sorted() == ["B"])
  }
}

extension FloorTests {
  @Test func `a family has to say ten things at most`() throws {
    let text = try String(
      contentsOf: Self.root.appending(path: "Sources/Emulsion/Protocols/ComponentFamily.swift"),
      encoding: .utf8)
    let start = try #require(text.firstRange(of: "public protocol ComponentFamily"))
    let end = try #require(text[start.upperBound...].firstRange(of: "\n}\n"))
    let requirements = text[start.upperBound..<end.lowerBound].split(separator: "\n").filter {
      $0.hasPrefix("  func ") || $0.hasPrefix("  var ")
    }
    #expect((5...10).contains(requirements.count))
  }
}

/// The page on architecture names what is there.
extension FloorTests {
  private func section(_ title: String) throws -> Substring {
    let page = try String(
      contentsOf: Self.root.appending(path: "docs/architecture.md"), encoding: .utf8)
    let start = try #require(page.firstRange(of: "## \(title)"))
    let rest = page[start.upperBound...]
    return rest[..<(rest.firstRange(of: "\n## ")?.lowerBound ?? rest.endIndex)]
  }

  @Test func `the walk goes by twelve types at most, which are declared`() throws {
    let sources = try FileManager.default.subpathsOfDirectory(
      atPath: Self.root.appending(path: "Sources").path
    ).filter { $0.hasSuffix(".swift") }.map {
      try String(contentsOf: Self.root.appending(path: "Sources/" + $0), encoding: .utf8)
    }
    let walk = try section("A walk")
    let types = Set(walk.matches(of: #/`([A-Z]\w+)`/#).map { String($0.1) })
    #expect((8...12).contains(types.count))
    for type in types {
      let isDeclared = sources.contains { text in
        ["struct", "class", "enum", "protocol"].contains { text.contains("\($0) \(type)") }
      }
      #expect(isDeclared, "docs/architecture.md walks by \(type), which is nowhere")
    }
  }

  @Test func `what changes to add something is in two places at most, which exist`() throws {
    let rows = try section("What changes to add …").split(separator: "\n").filter {
      $0.hasPrefix("| a")
    }
    #expect(rows.count >= 9)
    for row in rows {
      let cells = row.split(separator: "|").map(String.init)
      #expect(cells.count == 3)
      let named = cells.dropFirst().joined().matches(of: #/`([A-Z]\w+(?:/[\w+.]+)*)`/#).map {
        String($0.1)
      }
      for path in named where path != "RankTransport" {
        let isThere = ["", "Sources/Emulsion/"].contains { folder in
          FileManager.default.fileExists(atPath: Self.root.appending(path: folder + path).path)
        }
        #expect(isThere, "docs/architecture.md names \(path)")
      }
      #expect(named.count { $0.hasSuffix(".swift") } <= 2)
    }
  }
}
