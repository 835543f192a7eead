import LuaBridge

/// Lays help out on a screen.
struct HelpPage {
  let width: Int
  /// Names longer than this have their text on the next line.
  private let nameWidth = 28

  /// A function with its options.
  func text(of function: ModuleFunction) -> String {
    let lines = [function.help.signature] + filled(function.help.summary, indent: 2)
    return (lines + rest(of: function.help)).joined(separator: "\n")
  }

  /// A method or field of a class.
  func text(of help: LuaHelp, in owner: String) -> String {
    let signature = help.signature == help.name ? "\(owner).\(help.name)" : help.signature
    let lines = ["\(signature)   (\(owner))"] + filled(help.summary, indent: 2)
    return (lines + rest(of: help)).joined(separator: "\n")
  }

  /// Options and example.
  private func rest(of help: LuaHelp) -> [String] {
    var lines: [String] = []
    if !help.options.isEmpty {
      lines.append("Options (default)")
      lines += entries(help.options.map { ("\($0.name) (\($0.standard))", $0.summary) })
    }
    if let example = help.example { lines += ["Example", "  " + example] }
    return lines
  }

  /// A class with its fields and methods.
  func text(of item: ClassHelp) -> String {
    var lines = ["\(item.name): \(item.summary)"]
    if !item.properties.isEmpty { lines.append("Fields") }
    lines += entries(item.properties.map { ($0.name, $0.summary) })
    if !item.methods.isEmpty { lines.append("Methods") }
    lines += entries(item.methods.map { ($0.signature, $0.summary) })
    return lines.joined(separator: "\n")
  }

  /// Names and what they mean, in two columns.
  func entries(_ rows: [(name: String, text: String)]) -> [String] {
    let column = min(nameWidth, rows.map(\.name.count).max() ?? 0)
    return rows.flatMap { name, text in
      let lines = filled(text, indent: column + 4)
      guard name.count <= column, let first = lines.first else { return ["  " + name] + lines }
      let gap = String(repeating: " ", count: column - name.count + 2)
      return ["  " + name + gap + first.drop { $0 == " " }] + lines.dropFirst()
    }
  }

  /// Words in lines that fit.
  private func filled(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = margin
    for word in text.split(separator: " ") {
      if line.count + word.count + 1 > max(width, indent + 20) && line != margin {
        lines.append(line)
        line = margin
      }
      line += line == margin ? word : " " + word
    }
    return lines + [line]
  }
}
