extension String {
  /// The text in lines of at most `width` characters, broken between words; what goes on is set in by `indent`.
  /// Words that are longer than a line are cut into several.
  package func wrapped(to width: Int, indent: Int = 2) -> [String] {
    guard width > 0, count > width else { return [self] }
    let margin = String(repeating: " ", count: width > indent + 10 ? indent : 0)
    var lines: [String] = []
    var line = ""
    func room() -> Int { width - line.count - (line.isEmpty || line == margin ? 0 : 1) }
    func begin() {
      lines.append(line)
      line = margin
    }
    // Spaces that a line begins with belong to it.
    let lead = prefix { $0 == " " }
    if lead.count < width { line = String(lead) }
    var isFirst = true
    for word in split(separator: " ") {
      var rest = word
      if !isFirst && rest.count > room() { begin() }
      while rest.count > room() && room() > 0 {
        let part = rest.prefix(room())
        line += (isFirst || line == margin ? "" : " ") + part
        rest = rest.dropFirst(part.count)
        begin()
        isFirst = false
      }
      line += (isFirst || line == margin ? "" : " ") + rest
      isFirst = false
    }
    lines.append(line)
    return lines
  }
}

extension Int {
  /// How many there are of something: `1 row`, `2 rows`; `many` is its plural where that is not `one` with an s.
  package func counted(_ one: String, _ many: String? = nil) -> String {
    self == 1 ? "1 \(one)" : "\(self) \(many ?? one + "s")"
  }
}

extension Double {
  /// So much of a thing: `1 row`, `2.5 rows`.
  package func counted(significant digits: Int, _ one: String) -> String {
    let number = formatted(significant: digits)
    return "\(number) \(number == "1" ? one : one + "s")"
  }
}
