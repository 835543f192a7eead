import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What long work has come to so far, result by result under a name each, in a file from which it is taken up
/// again.
///
/// The file is lines of JSON: one that says what work it is of, and one a result, each with its checksum. A
/// journal grows by a line a result, written at once; a checkpoint appears whole or not at all, every so many
/// seconds and at the end.
final class WorkFile: Sendable {
  /// How results get into the file.
  enum Manner: Sendable {
    /// Line by line, as they come.
    case journal
    /// All together, when so many seconds have passed since the last time.
    case checkpoint(seconds: Double)

    var format: String {
      switch self {
      case .journal: "emulsion-journal"
      case .checkpoint: "emulsion-checkpoint"
      }
    }
    /// What errors call it.
    var noun: String {
      switch self {
      case .journal: "journal"
      case .checkpoint: "checkpoint"
      }
    }
  }

  private struct State {
    /// The lines of results, by their names, without the ends.
    var lines: [String: [UInt8]] = [:]
    /// Where the journal is appended to.
    var file: Int32 = -1
    var written = 0
    var saved = monotonicSeconds()
    /// Seconds that saving took last time.
    var cost = 0.0
    var isSaved = true
    /// Whether this process writes the file; other ranks know what is in it alone.
    var isWritten = true
  }

  let path: String
  let manner: Manner
  /// What whoever asked for it must know, a sentence each.
  let notes: [String]
  private let header: [UInt8]
  private let state: Mutex<State>

  /// Takes up the work in a file, or begins it.
  ///
  /// - Parameter force: Whether work on other data counts as well.
  /// - Throws: `io` for a path that can't be read or written or that another process works with,
  ///   `invalid-data` for a file that is none, damaged or of another version, `invalid-option` for one of
  ///   other work.
  init(
    _ path: String, _ manner: Manner, of work: WorkIdentity, force: Bool,
    ranks: (any RankTransport)? = nil
  ) throws {
    (self.path, self.manner) = (path, manner)
    let header = try Self.line(
      WorkHeader(
        format: manner.format, version: WorkHeader.latest, emulsion: emulsionVersion, work: work))
    self.header = header
    var opened: (state: State, notes: [String])?
    func open() throws -> (state: State, notes: [String]) {
      try Self.opened(path, manner, header, of: work, force: force)
    }
    guard let ranks else {
      let (state, notes) = try open()
      self.notes = notes
      self.state = Mutex(state)
      return
    }
    // One rank reads and writes; the others know what it does.
    let told = try ranks.told {
      let (state, notes) = try open()
      opened = (state, notes)
      return Told(
        results: state.lines.mapValues { String(decoding: $0, as: UTF8.self) }, notes: notes)
    }
    var state = opened?.state ?? State(lines: told.results.mapValues { Array($0.utf8) })
    state.isWritten = ranks.rank == 0
    notes = told.notes
    self.state = Mutex(state)
  }

  /// What rank 0 found in the file.
  private struct Told: Codable {
    var results: [String: String]
    var notes: [String]
  }

  private static func opened(
    _ path: String, _ manner: Manner, _ header: [UInt8], of work: WorkIdentity, force: Bool
  ) throws -> (state: State, notes: [String]) {
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw Self.failure(path, "written") }
    var state = State()
    var notes: [String] = []
    do {
      var status = stat()
      guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw EmulsionError(.io, "\(path): a \(manner.noun) must be a regular file")
      }
      guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
        throw EmulsionError(
          .io, "\(path): another process works with this \(manner.noun); let it end first")
      }
      let bytes = try AtomicFile.read(path)
      let reader = WorkReader(path, manner)
      let found = try reader.lines(bytes)
      if let first = found.header {
        try reader.check(first, against: work, force: force, notes: &notes)
      }
      if found.isTorn {
        notes.append(
          "\(path): the last line was cut off when it was written; the \(manner.noun) goes on before it"
        )
      }
      state.lines = found.results
      state.written = found.header == nil ? 0 : found.wholeBytes
      if case .journal = manner {
        guard ftruncate(file, off_t(state.written)) == 0,
          lseek(file, off_t(state.written), SEEK_SET) >= 0
        else { throw Self.failure(path, "written") }
        state.file = file
        if found.header == nil { try Self.append(header, path, &state) }
      } else {
        close(file)
        if found.header == nil { state.isSaved = false }
      }
    } catch {
      close(file)
      throw error
    }
    return (state, notes)
  }

  deinit { state.withLock { if $0.file >= 0 { _ = close($0.file) } } }

  /// How many results there are.
  var count: Int { state.withLock { $0.lines.count } }

  /// Whether there is a result of that name.
  func has(_ name: String) -> Bool { state.withLock { $0.lines[name] != nil } }

  /// The result of that name, where there is one.
  ///
  /// - Throws: `invalid-data` where it is not of this type.
  func result<Result: Decodable>(
    _ name: String, _ userInfo: [CodingUserInfoKey: any Sendable] = [:]
  ) throws -> Result? {
    guard let line = state.withLock({ $0.lines[name] }) else { return nil }
    do {
      return try ExactJSON.decoder(userInfo).decode(Line<Record<Result>>.self, from: Data(line))
        .record.value
    } catch let error as EmulsionError {
      throw EmulsionError(error.code, "\(path): \(error.message)")
    } catch {
      throw EmulsionError(.invalidData, "\(path): damaged at \(quoted(name)): \(error)")
    }
  }

  /// Keeps a result.
  ///
  /// - Parameter isUrgent: Whether a checkpoint is saved at once, but where that would take more than a
  ///   twentieth of the time.
  /// - Throws: `io`.
  func keep(_ value: some Encodable, named name: String, isUrgent: Bool = false) throws {
    let line = try Self.line(Record(name: name, value: value))
    try state.withLock { state in
      if case .journal = manner, state.isWritten { try Self.append(line, path, &state) }
      state.lines[name] = line
      guard state.isWritten else { return }
      state.isSaved = false
      if case .checkpoint(let seconds) = manner {
        let since = monotonicSeconds() - state.saved
        if since >= seconds || isUrgent && since >= 20 * state.cost { try save(&state) }
      }
    }
  }

  /// Forgets results whose names begin so, which a checkpoint needs no more.
  func forget(prefix: String) {
    state.withLock { state in
      guard case .checkpoint = manner else { return }
      for name in state.lines.keys where name.hasPrefix(prefix) { state.lines[name] = nil }
      state.isSaved = !state.isWritten
    }
  }

  /// Saves what a checkpoint holds.
  ///
  /// - Throws: `io`.
  func save() throws {
    try state.withLock { state in
      if case .checkpoint = manner, !state.isSaved { try save(&state) }
    }
  }

  private func save(_ state: inout State) throws {
    let begin = monotonicSeconds()
    var bytes = header + [newline]
    for (_, line) in state.lines.sorted(by: { $0.key < $1.key }) { bytes += line + [newline] }
    try AtomicFile.write(bytes, to: path)
    state.saved = monotonicSeconds()
    state.cost = state.saved - begin
    state.isSaved = true
  }

  /// One write, so that a process that is killed leaves the whole line, a part of it at most, or nothing.
  private static func append(_ line: [UInt8], _ path: String, _ state: inout State) throws {
    let bytes = line + [newline]
    let count = bytes.withUnsafeBytes { write(state.file, $0.baseAddress, $0.count) }
    guard count == bytes.count else {
      let error = failure(path, "written")
      // What is there of it goes again.
      _ = ftruncate(state.file, off_t(state.written))
      _ = lseek(state.file, off_t(state.written), SEEK_SET)
      throw error
    }
    state.written += count
  }

  private static func line(_ record: some Encodable) throws -> [UInt8] {
    let json = [UInt8](try ExactJSON.encoder().encode(record))
    return WorkReader.opening(checksum: WorkReader.checksum(json[...])) + json
      + [UInt8(ascii: "}")]
  }

  private static func failure(_ path: String, _ what: String) -> EmulsionError {
    EmulsionError(.io, "\(path): cannot be \(what): \(systemMessage())")
  }
}

private let newline = UInt8(ascii: "\n")

/// What work a file is of: of which data, and with which options.
struct WorkIdentity: Codable, Sendable {
  /// What is done, such as `select`.
  var kind: String
  /// The fingerprint of the data.
  var data: String
  /// All options that the results depend on, as text.
  var options: [String: String]

  /// What it is called in errors.
  var noun: String { kind == "select" ? "a search" : "a \(kind)" }
}

/// A line of the file, less its checksum.
private struct Line<Content: Decodable>: Decodable {
  var record: Content
}

/// A result under its name.
private struct Record<Value> {
  var name: String
  var value: Value

  private enum Keys: String, CodingKey { case name, value }
}

extension Record: Encodable where Value: Encodable {
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(name, forKey: .name)
    try container.encode(value, forKey: .value)
  }
}

extension Record: Decodable where Value: Decodable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    name = try container.decode(String.self, forKey: .name)
    value = try container.decode(Value.self, forKey: .value)
  }
}

/// A part of a ``WorkFile``: the results whose names begin alike.
struct WorkShelf: Sendable {
  let file: WorkFile
  var prefix = ""

  /// A part of it.
  func shelf(_ name: String) -> WorkShelf { WorkShelf(file: file, prefix: "\(prefix)\(name)/") }

  func name(_ name: String) -> String { prefix + name }

  /// Forgets all that is there.
  func clear() { file.forget(prefix: prefix) }
}

/// Where a fit or a selection is kept as it goes, so that it can be taken up again.
public struct Checkpoint: Sendable, Hashable {
  /// The file.
  public var path: String
  /// It is saved when so many seconds have passed, at the end of each start, and at the end.
  public var seconds = 60.0
  /// Whether what was reached on other data is gone on with.
  public var acceptsOtherData = false

  /// Keeps it in the file at `path`.
  public init(_ path: String) { self.path = path }

  func validate() throws {
    try requireOption(!path.isEmpty, "checkpoint", "the name of a file", "an empty text")
    try requireOption(
      seconds > 0 && seconds.isFinite, "checkpoint", "saved every so many seconds above 0", seconds)
  }
}
