/// Colours that people with any colour vision tell apart.
///
/// Source: M. Okabe & K. Ito, Color universal design, 2008; yellow is darkened to be seen on white.
enum Palette {
  private static let colors = [
    "0072B2", "D55E00", "009E73", "CC79A7", "E69F00", "56B4E9", "8C7A00", "505050",
  ]
  /// Circle, square, triangle, triangle upside down, diamond; all filled.
  private static let shapes = [7, 5, 9, 11, 13]
  private static let symbols = Array("123456789abcdefghijklmnopqrstuvwxyz")
  /// Text and what is of no class.
  static let ink = "303030"
  static let grey = "909090"
  /// The bars of data.
  static let bar = "D4D4D4"

  /// The colour of class `index`, grey for none.
  static func color(_ index: Int) -> String { index < 0 ? grey : colors[index % colors.count] }

  /// The same, mixed with white so that `share` of it is left.
  static func tint(_ index: Int, _ share: Double) -> String {
    var result = ""
    let digits = Array(color(index))
    for channel in stride(from: 0, to: 6, by: 2) {
      let value = Double(Int(String(digits[channel...channel + 1]), radix: 16) ?? 0)
      let hex = String(Int((255 - share * (255 - value)).rounded()), radix: 16, uppercase: true)
      result += hex.count == 1 ? "0" + hex : hex
    }
    return result
  }

  /// gnuplot's number of the shape of points of class `index`: another one once colours repeat.
  static func shape(_ index: Int) -> Int {
    index < 0 ? 7 : shapes[index / colors.count % shapes.count]
  }

  /// The character of class `index`: 1 to 9, then letters; × for none.
  static func symbol(_ index: Int) -> Character {
    index < 0 ? "×" : symbols[index % symbols.count]
  }
}

extension Look {
  /// Points of class `k`, smaller and more transparent where there are many.
  static func points(_ k: Int, of count: Int) -> Look {
    Look(
      color: Palette.color(k), opacity: count <= 200 ? 0.62 : count <= 1000 ? 0.5 : 0.4,
      pointType: Palette.shape(k),
      size: (count <= 200 ? 0.7 : count <= 1000 ? 0.55 : 0.4) * (k < 0 ? 0.7 : 1),
      symbol: Palette.symbol(k))
  }

  /// A line of class `k`: dashed once colours repeat.
  static func line(_ k: Int, width: Double = 2) -> Look {
    Look(
      color: Palette.color(k), width: width, dash: [1, 2, 4, 5][max(k, 0) / 8 % 4],
      symbol: Palette.symbol(k))
  }

  /// An outline of class `k`: in characters made of dots.
  static func outline(_ k: Int) -> Look {
    var look = line(k)
    look.symbol = nil
    return look
  }

  /// A point on a line of class `k`.
  static func dot(_ k: Int) -> Look { Look(color: Palette.color(k), size: 0.6, symbol: "•") }

  /// An area of class `k`.
  static func area(_ k: Int, opacity: Double = 0.25) -> Look {
    Look(color: Palette.color(k), opacity: opacity, symbol: Palette.symbol(k))
  }

  /// The line of the mixture.
  static let mixture = Look(color: Palette.ink, width: 1.2, dash: 2)
  /// Bars of data.
  static let bars = Look(color: Palette.bar)
}

extension LegendEntry {
  /// The name of class `k` as points of it look, but opaque.
  static func points(_ k: Int, _ name: String) -> LegendEntry {
    LegendEntry(
      kind: .point,
      look: Look(
        color: Palette.color(k), pointType: Palette.shape(k), size: 0.9, symbol: Palette.symbol(k)),
      text: name)
  }

  /// The name of class `k` as its lines look.
  static func line(_ k: Int, _ name: String) -> LegendEntry {
    LegendEntry(kind: .line, look: .line(k), text: name)
  }

  /// A sentence that belongs to the marks above it.
  static func text(_ text: String) -> LegendEntry {
    LegendEntry(kind: .text, look: Look(color: Palette.grey), text: text)
  }
}
