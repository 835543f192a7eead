import LuaBridge

/// Everything that the help says, as a page of Markdown.
struct ReferencePage {
  let functions: [ModuleFunction]
  let families: [ModuleFunction]
  let classes: [ClassHelp]

  /// The page.
  var text: String {
    var lines = [
      "# Reference", "",
      "What `help` says of every function, family and class, made by `emulsion reference`. Positions count from 1; a number is",
      "Lua's, a list is `{ 1, 2, 3 }`. In a session `em.fit?` shows the same.", "",
      "## Functions", "",
    ]
    for function in functions { lines += section(function.help, level: 3) }
    lines += ["## Families", ""]
    for family in families { lines += section(family.help, level: 3) }
    lines += ["## Classes", ""]
    for item in classes {
      lines += ["### \(item.name)", "", sentence(item.summary), ""]
      if !item.properties.isEmpty {
        lines += ["| field | meaning |", "| --- | --- |"]
        lines += item.properties.map { "| `\($0.name)` | \(cell($0.summary)) |" } + [""]
      }
      for method in item.methods { lines += section(method, level: 4) }
    }
    return lines.dropLast().joined(separator: "\n") + "\n"
  }

  private func section(_ help: LuaHelp, level: Int) -> [String] {
    let marks = String(repeating: "#", count: level)
    var lines = ["\(marks) `\(help.signature)`", "", sentence(help.summary), ""]
    if !help.options.isEmpty {
      lines += ["| option | default | meaning |", "| --- | --- | --- |"]
      lines += help.options.map { "| `\($0.name)` | \(cell($0.standard)) | \(cell($0.summary)) |" }
      lines.append("")
    }
    if let example = help.example { lines += ["For example `\(example)`.", ""] }
    return lines
  }

  private func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  /// A bar would end the cell.
  private func cell(_ text: String) -> String {
    text.map { $0 == "|" ? "\\|" : String($0) }.joined()
  }
}
