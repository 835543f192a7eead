import Foundation

/// Which folder of a target uses which, by the names of the types and functions that they declare.
///
/// It reads text alone: names that two folders declare are left out, as is what is private.
struct FolderGraph {
  /// For each folder those that it uses, and by which names.
  private(set) var uses: [String: [String: Set<String>]] = [:]

  init(ofTarget root: URL) throws {
    var words: [(folder: String, words: Set<String>)] = []
    var owners: [String: Set<String>] = [:]
    for file in try Self.swiftFiles(below: root) {
      let path = file.path(percentEncoded: false).dropFirst(root.path(percentEncoded: false).count)
      let parts = path.split(separator: "/")
      let folder = parts.count > 1 ? String(parts[0]) : "."
      let source = SourceWords(try String(contentsOf: file, encoding: .utf8))
      words.append((folder, source.all))
      for name in source.declared { owners[name, default: []].insert(folder) }
      uses[folder] = uses[folder] ?? [:]
    }
    for (folder, words) in words {
      for word in words {
        guard let owner = owners[word], owner.count == 1, let other = owner.first, other != folder
        else { continue }
        uses[folder]?[other, default: []].insert(word)
      }
    }
  }

  /// A way from a folder back to itself; `nil` where all arrows point one way.
  var circle: [String]? {
    var done: Set<String> = []
    func visit(_ folder: String, _ path: [String]) -> [String]? {
      if let start = path.firstIndex(of: folder) { return path[start...] + [folder] }
      guard done.insert(folder).inserted || !path.isEmpty else { return nil }
      for other in uses[folder, default: [:]].keys.sorted() {
        if done.contains(other) && !path.contains(other) { continue }
        if let circle = visit(other, path + [folder]) { return circle }
      }
      return nil
    }
    for folder in uses.keys.sorted() {
      if let circle = visit(folder, []) { return circle }
    }
    return nil
  }

  static func swiftFiles(below root: URL) throws -> [URL] {
    let found = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    return (found?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
  }
}

/// The words of a Swift file outside of comments and texts, and the names that it declares for others.
struct SourceWords {
  private(set) var all: Set<String> = []
  private(set) var declared: Set<String> = []

  private static let kinds: Set<String> = [
    "struct", "class", "enum", "protocol", "actor", "typealias",
  ]

  init(_ text: String) {
    for line in Self.withoutCommentsAndTexts(text).split(separator: "\n") {
      let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
      all.formUnion(words)
      if words.contains("private") || words.contains("fileprivate") { continue }
      for (keyword, name) in zip(words, words.dropFirst()) {
        let isType = Self.kinds.contains(keyword) && name.first?.isUppercase == true
        let isFunction = keyword == "func" && line.first?.isWhitespace == false && name.count >= 5
        if isType || isFunction { declared.insert(name) }
      }
    }
  }

  private static func withoutCommentsAndTexts(_ text: String) -> String {
    text
      .replacing(/"""(?s:.*?)"""/, with: "")
      .replacing(/"(?:\\.|[^"\\\n])*"/, with: "")
      .replacing(/\/\/[^\n]*/, with: "")
  }
}
