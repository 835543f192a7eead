/// A page of HTML that stands alone: styles and pictures are in it, there are no scripts and no links.
struct HTMLPage {
  private let title: String
  private var body = ""

  init(title: String) { self.title = title }

  /// The whole page.
  var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(title.inHTML)</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <main>
    \(body)</main>
    </body>
    </html>

    """
  }

  mutating func heading(_ level: Int, _ text: String) {
    body += "<h\(level)>\(text.inHTML)</h\(level)>\n"
  }

  mutating func paragraph(_ text: String, kind: String? = nil) {
    body += "<p\(kind.map { " class=\"\($0)\"" } ?? "")>\(text.inHTML)</p>\n"
  }

  mutating func code(_ text: String) { body += "<pre><code>\(text.inHTML)</code></pre>\n" }

  mutating func list(_ items: [String], kind: String) {
    body += "<ul class=\"\(kind)\">\n"
    for item in items { body += "<li>\(item.inHTML)</li>\n" }
    body += "</ul>\n"
  }

  /// A table whose first row and first column are headers; on a small screen it scrolls by itself.
  mutating func table(_ rows: [[String]], caption: String? = nil, marked: Int? = nil) {
    guard let header = rows.first else { return }
    body += "<div class=\"scroll\" tabindex=\"0\"><table>\n"
    if let caption { body += "<caption>\(caption.inHTML)</caption>\n" }
    body += "<thead><tr>"
    for cell in header { body += "<th scope=\"col\">\(cell.inHTML)</th>" }
    body += "</tr></thead>\n<tbody>\n"
    for (index, row) in rows.dropFirst().enumerated() {
      body += index == marked ? "<tr class=\"best\">" : "<tr>"
      for (place, cell) in row.enumerated() {
        body +=
          place == 0 ? "<th scope=\"row\">\(cell.inHTML)</th>" : "<td>\(cell.inHTML)</td>"
      }
      body += "</tr>\n"
    }
    body += "</tbody>\n</table></div>\n"
  }

  /// Names and values beside each other.
  mutating func facts(_ facts: [(name: String, value: String)]) {
    body += "<dl>\n"
    for fact in facts {
      body += "<div><dt>\(fact.name.inHTML)</dt><dd>\(fact.value.inHTML)</dd></div>\n"
    }
    body += "</dl>\n"
  }

  /// A picture, made part of the page.
  mutating func figure(_ svg: InlineSVG, caption: String) {
    body += "<figure>\n\(svg.text)\n<figcaption>\(caption.inHTML)</figcaption>\n</figure>\n"
  }

  private static let style = """
    :root { --ink: #1c1c1e; --faint: #5f6368; --line: #d5d8dc; --page: #ffffff; --head: #f3f5f7;
      --warn: #fff4e0; --warn-line: #d98e00; --best: #e3eef8; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e6e6e8; --faint: #a2a6ab; --line: #3a3d42; --page: #17181a; --head: #222427;
        --warn: #3a2e14; --warn-line: #d98e00; --best: #1d3348; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--ink); line-height: 1.5;
      font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
    main { max-width: 60rem; margin: 0 auto; padding: 1.2rem 1rem 3rem; }
    h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0; overflow-wrap: anywhere; }
    h2 { font-size: 1.15rem; margin: 2rem 0 0.6rem; border-bottom: 1px solid var(--line); }
    h3 { font-size: 1rem; margin: 1.2rem 0 0.4rem; }
    p { margin: 0.4rem 0; overflow-wrap: anywhere; }
    .faint, figcaption, caption { color: var(--faint); font-size: 0.9rem; }
    .warnings { background: var(--warn); border-left: 4px solid var(--warn-line); margin: 0.8rem 0;
      padding: 0.6rem 0.8rem 0.6rem 2rem; overflow-wrap: anywhere; }
    dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 0.5rem 1rem;
      margin: 0.6rem 0; }
    dt { color: var(--faint); font-size: 0.85rem; }
    dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
    .scroll { overflow-x: auto; margin: 0.5rem 0; }
    table { border-collapse: collapse; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
    caption { text-align: left; padding-bottom: 0.3rem; }
    th, td { padding: 0.25rem 0.6rem; text-align: right; border-bottom: 1px solid var(--line);
      white-space: nowrap; }
    thead th { background: var(--head); font-weight: 600; }
    tbody th { font-weight: 500; }
    th:first-child { text-align: left; }
    .best { background: var(--best); font-weight: 600; }
    figure { margin: 1rem 0; }
    figure svg { display: block; width: 100%; height: auto; max-width: 56rem; background: #ffffff;
      border-radius: 6px; }
    pre { background: var(--head); padding: 0.7rem; overflow-x: auto; font-size: 0.88rem; }
    @media screen and (prefers-color-scheme: dark) {
      figure svg { filter: invert(0.9) hue-rotate(180deg); }
    }
    @media screen and (max-width: 44rem) {
      figure { overflow-x: auto; }
      figure svg { min-width: 38rem; }
    }
    @media print {
      :root { --ink: #000; --faint: #444; --line: #bbb; --page: #fff; --head: #eee; --warn: #fff;
        --best: #eee; }
      main { max-width: none; padding: 0; }
      figure, table, tr { break-inside: avoid; }
      h2, h3, caption { break-after: avoid; }
      .scroll { overflow: visible; }
      th, td { white-space: normal; }
    }
    """
}

extension String {
  /// The text with what HTML would take for markup written as entities, and without control characters.
  package var inHTML: String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      default:
        if scalar.properties.generalCategory != .control { result.unicodeScalars.append(scalar) }
      }
    }
    return result
  }
}
