/// A picture as part of a page of HTML.
package struct InlineSVG {
  /// The element `svg`, without namespaces, which HTML knows, and with names that no other picture has.
  package let text: String

  /// Takes what is needed from the text of an SVG file.
  ///
  /// - Parameters:
  ///   - file: The text, as gnuplot writes it.
  ///   - prefix: What the names in it begin with.
  ///   - label: What it shows, for those who can't see it.
  package init(_ file: String, prefix: String, label: String) {
    let start = file.range(of: "<svg")?.lowerBound ?? file.startIndex
    var body = String(file[start...])
    while body.last?.isNewline == true { body.removeLast() }
    guard let end = body.range(of: ">")?.lowerBound else {
      text = ""
      return
    }
    let box = Self.attribute("viewBox", of: body[..<end]) ?? "0 0 760 520"
    var rest = String(body[body.index(after: end)...])
    // Browsers show it where the pointer rests.
    rest = Self.replaced(rest, "<title>Gnuplot</title>", "")
    rest = Self.replaced(rest, "xlink:href='#", "href='#\(prefix)")
    rest = Self.replaced(rest, "xlink:href=\"#", "href=\"#\(prefix)")
    rest = Self.replaced(rest, " id='", " id='\(prefix)")
    rest = Self.replaced(rest, " id=\"", " id=\"\(prefix)")
    rest = Self.replaced(rest, "url(#", "url(#\(prefix)")
    text =
      "<svg viewBox=\"\(box)\" role=\"img\" aria-label=\"\(label.inHTML)\">" + rest
  }

  private static func attribute(_ name: String, of tag: Substring) -> String? {
    guard let start = tag.range(of: name + "=")?.upperBound, start < tag.endIndex else {
      return nil
    }
    let quote = tag[start]
    let value = tag[tag.index(after: start)...]
    return value.firstIndex(of: quote).map { String(value[..<$0]) }
  }

  private static func replaced(_ text: String, _ old: String, _ new: String) -> String {
    var result = ""
    var rest = text[...]
    while let range = rest.range(of: old) {
      result += rest[..<range.lowerBound] + new
      rest = rest[range.upperBound...]
    }
    return result + rest
  }
}

extension StringProtocol {
  /// Where a text first occurs; without Foundation. O(n).
  fileprivate func range(of part: String) -> Range<Index>? {
    let wanted = Array(part.utf8)
    guard let first = wanted.first else { return nil }
    var place = utf8.startIndex
    while let start = utf8[place...].firstIndex(of: first) {
      var end = start
      var matched = 0
      while matched < wanted.count, end < utf8.endIndex, utf8[end] == wanted[matched] {
        end = utf8.index(after: end)
        matched += 1
      }
      if matched == wanted.count { return start..<end }
      place = utf8.index(after: start)
    }
    return nil
  }
}
