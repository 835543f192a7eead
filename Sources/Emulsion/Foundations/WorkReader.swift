#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The first line of a ``WorkFile``.
struct WorkHeader: Codable {
  static let latest = 1

  var format: String
  var version: Int
  var emulsion: String
  var work: WorkIdentity
}

/// Reads the lines of a ``WorkFile``, and tells whether they are of the work at hand.
struct WorkReader {
  /// What a file holds.
  struct Lines {
    /// `nil` of a file that has none yet.
    var header: WorkHeader?
    /// The lines of results by their names.
    var results: [String: [UInt8]] = [:]
    /// Whether the last line is not whole.
    var isTorn = false
    /// The bytes of the lines before that.
    var wholeBytes = 0
  }

  private struct Line<Content: Decodable>: Decodable {
    var record: Content
  }

  private struct Name: Decodable {
    var name: String
  }

  private let path: String
  private let manner: WorkFile.Manner

  init(_ path: String, _ manner: WorkFile.Manner) { (self.path, self.manner) = (path, manner) }

  /// Takes a file's bytes apart.
  ///
  /// A process that was killed leaves at most the last line cut off; what is damaged elsewhere is an error.
  func lines(_ bytes: [UInt8]) throws -> Lines {
    var found = Lines()
    var (start, number) = (0, 0)
    while start < bytes.count {
      let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
      let line = bytes[start..<(newline ?? bytes.count)]
      number += 1
      guard let newline else {
        // Whatever the first line is, nothing of another kind must be written over.
        guard found.header != nil || isBeginning(line) else { throw notOfThisKind }
        found.isTorn = true
        break
      }
      if found.header == nil {
        found.header = try header(line)
      } else {
        guard isSound(line), let name = name(of: line) else {
          throw EmulsionError(
            .invalidData,
            "\(path): line \(number) is damaged; take the file away, or cut it off before that line"
          )
        }
        found.results[name] = Array(line)
      }
      start = newline + 1
      found.wholeBytes = start
    }
    return found
  }

  /// Throws where the file is of other work.
  func check(
    _ header: WorkHeader, against work: WorkIdentity, force: Bool, notes: inout [String]
  ) throws {
    let noun = manner.noun
    guard header.version <= WorkHeader.latest, header.emulsion == emulsionVersion else {
      throw EmulsionError(
        .invalidData,
        "\(path): the \(noun) was written by Emulsion \(header.emulsion), whose results may differ in the "
          + "last digits from those of \(emulsionVersion); begin another")
    }
    guard header.work.kind == work.kind else {
      throw EmulsionError(
        .invalidOption,
        "\(path): the \(noun) is one of \(header.work.noun), not of \(work.noun); name another file"
      )
    }
    let (old, new) = (header.work.options, work.options)
    // What people can read comes first.
    func isHash(_ name: String) -> Bool {
      (old[name] ?? new[name])?.hasPrefix(ContentHash.prefix) ?? false
    }
    let names = Set(old.keys).union(new.keys).sorted()
    let differing = names.filter { old[$0] != new[$0] }
    if let name = differing.first(where: { !isHash($0) }) ?? differing.first {
      let (before, now) = (old[name] ?? "none", new[name] ?? "none")
      throw EmulsionError(
        .invalidOption,
        "\(path): the \(noun) is of another \(work.kind == "select" ? "search" : work.kind): its \(name) "
          + (isHash(name)
            ? "differs" : "\(name.hasSuffix("s") ? "were" : "was") \(before), not \(now)")
          + "; name another file")
    }
    guard header.work.data == work.data else {
      guard force else {
        throw EmulsionError(
          .invalidOption,
          "\(path): the \(noun) is of other data (their fingerprint is \(header.work.data), not "
            + "\(work.data)); name another file, or go on with force = true")
      }
      notes.append("\(path): the \(noun) is of other data; what it holds was taken all the same")
      return
    }
  }

  private func header(_ line: ArraySlice<UInt8>) throws -> WorkHeader {
    guard isBeginning(line) else { throw notOfThisKind }
    guard isSound(line),
      let header = try? JSONDecoder().decode(Line<WorkHeader>.self, from: Data(line)).record
    else {
      throw EmulsionError(.invalidData, "\(path): line 1 is damaged; take the file away")
    }
    guard header.format == manner.format else {
      throw EmulsionError(
        .invalidData, "\(path): not a \(manner.noun) but an \(header.format); name another file")
    }
    return header
  }

  private var notOfThisKind: EmulsionError {
    EmulsionError(
      .invalidData,
      "\(path): not a \(manner.noun) of Emulsion; it is left as it is, name another file")
  }

  private func name(of line: ArraySlice<UInt8>) -> String? {
    try? JSONDecoder().decode(Line<Name>.self, from: Data(line)).record.name
  }

  // The checksum stands before what it is of.

  /// What a line begins with.
  static func opening(checksum: String) -> [UInt8] {
    Array("{\"checksum\":\"\(checksum)\",\"record\":".utf8)
  }

  /// FNV-1a, 64 bits: it finds damage, not malice.
  static func checksum(_ bytes: ArraySlice<UInt8>) -> String { ContentHash(of: bytes).text }

  /// Whether a line, which may be cut off, begins as one of these files does.
  private func isBeginning(_ line: ArraySlice<UInt8>) -> Bool {
    let model = Self.opening(checksum: Self.checksum([]))
    let fixed = Array("{\"checksum\":\"\(ContentHash.prefix)".utf8).count
    let end = model.count - "\",\"record\":".utf8.count
    return zip(line, model).enumerated().allSatisfy { place, bytes in
      (fixed..<end).contains(place) || bytes.0 == bytes.1
    }
  }

  private func isSound(_ line: ArraySlice<UInt8>) -> Bool {
    let count = Self.opening(checksum: Self.checksum([])).count
    guard line.count > count, line.last == UInt8(ascii: "}") else { return false }
    return line.prefix(count).elementsEqual(
      Self.opening(checksum: Self.checksum(line.dropFirst(count).dropLast())))
  }
}
