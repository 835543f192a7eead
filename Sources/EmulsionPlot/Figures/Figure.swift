/// A picture apart from how it comes to paper: panels of plain numbers, a legend, and notes.
package struct Figure: Sendable {
  /// The panels, in rows.
  package var panels: [Panel]
  /// How many panels stand beside each other.
  package var columns = 1
  /// Whether panels of a row share their vertical axis and those of a column the horizontal one.
  package var sharesAxes = false
  /// What marks mean, in words.
  package var legend: [LegendEntry] = []
  /// What stands above.
  package var title = ""
  /// Sentences below: what is thinned, cut, left out or meant.
  package var notes: [String] = []
  /// Width and height in pixels of a screen of 96 per inch that suit it.
  package var naturalSize: (width: Int, height: Int) = (760, 520)
  /// Those that were asked for.
  package var askedSize: (width: Int?, height: Int?) = (nil, nil)

  /// Width and height in pixels.
  package var size: (width: Int, height: Int) {
    (askedSize.width ?? naturalSize.width, askedSize.height ?? naturalSize.height)
  }

  /// How large letters and marks are against those of the natural size.
  var scale: Double {
    let share = min(
      Double(size.width) / Double(naturalSize.width),
      Double(size.height) / Double(naturalSize.height))
    return share < 1 ? max(0.74, share.squareRoot()) : min(2.5, 0.25 + 0.75 * share)
  }
  /// The panel that stands for all where characters are too coarse for many.
  package var mainPanel: Int?

  /// Number of rows of panels.
  var rows: Int { (panels.map { place(of: $0).row }.max() ?? 0) + 1 }

  /// Where a panel stands.
  func place(of panel: Panel) -> (row: Int, column: Int) { panel.place }

  /// Bytes of memory, roughly.
  var memorySize: Int {
    1024
      + panels.reduce(0) { sum, panel in
        sum + panel.layers.reduce(512) { $0 + $1.shape.numberCount * 16 }
      }
  }

  /// Puts panels side by side, as many as make a picture about as wide as high.
  static func grid(_ panels: [Panel], columns: Int? = nil) -> Figure {
    let count = panels.count
    let columns =
      columns ?? (count <= 3 ? count : count == 4 ? 2 : count <= 9 ? 3 : count <= 16 ? 4 : 6)
    var placed = panels
    for i in placed.indices { placed[i].place = (i / max(1, columns), i % max(1, columns)) }
    var figure = Figure(panels: placed, columns: max(1, columns))
    let rows = figure.rows
    if count > 1 {
      figure.naturalSize = (
        width: min(1100, 150 + 290 * figure.columns), height: min(1100, 90 + 240 * rows)
      )
    }
    return figure
  }
}

/// One pair of axes with what is drawn between them; layers hide those before them.
package struct Panel: Sendable {
  package var title = ""
  package var x: PanelAxis
  package var y: PanelAxis
  package var layers: [Layer] = []
  package var place: (row: Int, column: Int) = (0, 0)

  /// Adds a layer, unless it is empty.
  mutating func add(_ shape: Shape, _ look: Look) {
    if shape.numberCount > 0 { layers.append(Layer(shape: shape, look: look)) }
  }
}

/// An axis: its range, the numbers or names along it, and what it measures.
package struct PanelAxis: Sendable {
  package var range: Axis
  package var label = ""
  package var tics = Tics.numbers

  package enum Tics: Sendable {
    case numbers
    case names([(place: Double, name: String)])
    case none
  }
}

/// Numbers and how they look.
package struct Layer: Sendable {
  package var shape: Shape
  package var look: Look
}

/// What is drawn between axes.
package enum Shape: Sendable {
  /// Points (x, y).
  case points([[Double]])
  /// Lines through points (x, y).
  case lines([[[Double]]])
  /// What lies between two lines: points (x, lower, upper).
  case band([[Double]])
  /// Rectangles (left, right, bottom, top).
  case boxes([[Double]])
  /// Words centred at points.
  case texts([(x: Double, y: Double, text: String)])

  var numberCount: Int {
    switch self {
    case .points(let rows), .band(let rows), .boxes(let rows):
      rows.count * (rows.first?.count ?? 0)
    case .lines(let lines): lines.reduce(0) { $0 + 2 * $1.count }
    case .texts(let list): 8 * list.count
    }
  }
}

/// How a mark looks, on paper and in characters.
package struct Look: Sendable {
  /// Six hexadecimal digits.
  var color: String
  /// From 0, invisible, to 1.
  var opacity = 1.0
  /// gnuplot's number of the shape of points.
  var pointType = 7
  var size = 0.7
  var width = 1.8
  /// gnuplot's number of the dashes of lines, 1 for none.
  var dash = 1
  /// The colour of the borders of rectangles, none if `nil`.
  var border: String?
  /// The character that stands for points; lines without one are drawn in dots, rectangles as bars.
  var symbol: Character?
}

/// A line of the legend.
package struct LegendEntry: Sendable {
  package enum Kind: Sendable { case point, line, fill, text }
  package var kind: Kind
  package var look: Look
  package var text: String
}
