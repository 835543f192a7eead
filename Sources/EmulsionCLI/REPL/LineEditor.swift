import CLineEditing

/// A line editor on the terminal, with history and completion.
final class LineEditor {
  /// How the reading of a line ended.
  enum Reading {
    case line(String)
    /// Ctrl-D, or the terminal went away.
    case end
    /// Ctrl-C.
    case interrupted
  }

  /// What could stand in place of the last `typed` bytes before the cursor.
  struct Completions {
    var typed = 0
    var candidates: [(text: String, shown: String)] = []
  }

  /// Finds completions for a line up to the cursor.
  private let complete: (String) -> Completions
  private let editor: OpaquePointer

  /// Begins editing; `nil` where the terminal refuses.
  init?(complete: @escaping (String) -> Completions) {
    guard let editor = line_editor_create("emulsion") else { return nil }
    self.editor = editor
    self.complete = complete
    line_editor_complete_with(
      editor,
      { context, line, cursor, completions in
        guard let context, let line else { return }
        let owner = Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue()
        let bytes = UnsafeRawBufferPointer(start: line, count: cursor)
        let found = owner.complete(String(decoding: bytes, as: UTF8.self))
        line_completions_set_typed(completions, found.typed)
        for candidate in found.candidates {
          line_completions_add(completions, candidate.text, candidate.shown)
        }
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit { line_editor_destroy(editor) }

  /// Reads a line, which may have several where they were pasted or recalled.
  func read(prompt: String) -> Reading {
    var line: UnsafePointer<CChar>?
    let status = prompt.withCString { line_editor_read(editor, $0, &line) }
    switch status {
    case line_status_line: return .line(line.map { String(cString: $0) } ?? "")
    case line_status_interrupted: return .interrupted
    default: return .end
    }
  }

  /// Reads the history of earlier sessions, and keeps this one's there.
  func openHistory(_ path: String) { line_editor_open_history(editor, path, 2000) }

  /// Adds an entry to the history.
  func remember(_ entry: String) { line_editor_remember(editor, entry) }

  /// Whether the terminal understands colours.
  static var hasEscapes: Bool { line_editor_has_escapes() }
}
