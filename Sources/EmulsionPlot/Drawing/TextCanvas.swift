/// Characters in lines: marks, dots eight to a character, and bars in eighths.
struct TextCanvas {
  let width: Int
  let height: Int
  private var cells: [Character]
  /// The dots of a character that has some.
  private var dots: [UInt8]

  init(width: Int, height: Int) {
    (self.width, self.height) = (max(0, width), max(0, height))
    cells = Array(repeating: " ", count: self.width * self.height)
    dots = Array(repeating: 0, count: self.width * self.height)
  }

  var lines: [String] {
    (0..<height).map { row in
      var line = String(cells[row * width..<(row + 1) * width])
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// Writes a character, if it is on the canvas.
  mutating func put(_ character: Character, column: Int, row: Int) {
    guard (0..<width).contains(column), (0..<height).contains(row) else { return }
    cells[row * width + column] = character
    dots[row * width + column] = 0
  }

  mutating func put(_ text: String, column: Int, row: Int) {
    for (offset, character) in text.enumerated() {
      put(character, column: column + offset, row: row)
    }
  }

  /// Sets a dot, two to a character across and four down, where no mark is.
  mutating func dot(x: Int, y: Int) {
    guard x >= 0, y >= 0, x < 2 * width, y < 4 * height else { return }
    let place = y / 4 * width + x / 2
    guard cells[place] == " " || dots[place] != 0 else { return }
    let bit: UInt8 =
      x % 2 == 0 ? [0x01, 0x02, 0x04, 0x40][y % 4] : [0x08, 0x10, 0x20, 0x80][y % 4]
    dots[place] |= bit
    if let scalar = Unicode.Scalar(0x2800 + UInt32(dots[place])) {
      cells[place] = Character(scalar)
    }
  }

  /// Fills a column of characters from the bottom up to `eighths` of a character.
  mutating func bar(column: Int, bottom: Int, eighths: Int) {
    let blocks = Array(" ▁▂▃▄▅▆▇█")
    for row in 0..<(eighths + 7) / 8 {
      put(blocks[min(8, eighths - 8 * row)], column: column, row: bottom - row)
    }
  }
}
