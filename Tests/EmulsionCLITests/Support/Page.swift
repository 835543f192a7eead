import Foundation

/// A page of the documentation.
struct Page {
  let text: String

  /// A page of `docs`, by its name without the ending.
  init(_ name: String) throws {
    let file = Command.root.appending(path: "docs/\(name).md")
    text = try String(contentsOf: file, encoding: .utf8)
  }

  /// Fenced blocks of a language, in order.
  func blocks(_ language: String) -> [String] {
    Self.blocks(language, of: text)
  }

  /// Fenced blocks of a language in a part of a page.
  static func blocks(_ language: String, of text: String) -> [String] {
    text.components(separatedBy: "```\(language)\n").dropFirst().map { block in
      block.components(separatedBy: "\n```")[0]
    }
  }

  /// Puts the files that pages read into a folder, that of a block of JSON included.
  ///
  /// - Returns: Their names.
  func layOutFiles(in folder: TemporaryFolder) throws -> [String] {
    let data = Command.root.appending(path: "docs/data")
    var names = try FileManager.default.contentsOfDirectory(atPath: data.path)
    for name in names {
      try FileManager.default.copyItem(
        at: data.appending(path: name), to: folder.url.appending(path: name))
    }
    if let json = blocks("json").first {
      try folder.write(json, to: "peer.json")
      names.append("peer.json")
    }
    return names
  }
}
