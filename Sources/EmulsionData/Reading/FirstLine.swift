import Emulsion

/// The first line of a delimited text that may name the columns.
struct FirstLine {
  /// The cells.
  var cells: [String] = []
  /// The number in each cell outside of quotes.
  var numbers: [Double?] = []

  /// Whether a cell is a number.
  var hasNumber: Bool { numbers.contains { $0 != nil } }

  /// Whether each cell can name a column; the first may be that of the rows' names.
  private var areDistinct: Bool {
    !cells.dropFirst().contains("") && Set(cells).count == cells.count
  }

  /// Whether these columns are called as cells are.
  func isNamed(_ columns: [String]) -> Bool {
    !columns.isEmpty && areDistinct && columns.allSatisfy(cells.contains)
  }

  /// What the line is, read as the first row of `columns`, of which not all need be there.
  enum Reading {
    case names
    case row
    /// A row, but one that looks like names.
    case doubtful
  }

  /// What the line is where it has numbers in it.
  ///
  /// Names are numbers that grow by the same step and can hardly belong to the columns below: all far from
  /// what is there, or years above what are none, or 1, 2, 3, … above fractions.
  func reading(above columns: [Int: Column]) -> Reading {
    var below: [Below] = []
    for (position, column) in columns.sorted(by: { $0.key < $1.key }) {
      guard let cell = numbers[position], case .numbers(let values) = column else { continue }
      below.append(Below(cell, values.dropFirst()))
    }
    guard areDistinct, !below.isEmpty, below.count == numbers.count(where: { $0 != nil }),
      below.allSatisfy({ $0.count > 0 })
    else { return .row }
    let values = below.map(\.cell)
    let isProgression = FirstLine.isProgression(values)
    let areWhole = values.allSatisfy { $0 == $0.rounded() && $0 >= 0 }
    let areFar = below.allSatisfy(\.isFar)
    let areYears = below.allSatisfy(\.isYearAboveOthers)
    let hasWord = numbers.contains { $0 == nil }
    if isProgression {
      if areFar && (areWhole || values.count > 2) || areYears && areWhole { return .names }
      let counts = (values[0] == 0 || values[0] == 1) && values[1] == values[0] + 1
      if counts && values.count > 2 && below.allSatisfy(\.hasFractions) { return .names }
      return areWhole && (below.allSatisfy { $0.isFar || $0.hasFractions }) ? .doubtful : .row
    }
    if hasWord && areYears && areFar && zip(values, values.dropFirst()).allSatisfy(<) {
      return .names
    }
    return hasWord && areWhole && areFar ? .doubtful : .row
  }

  /// Whether there are two numbers at least that grow by one step.
  private static func isProgression(_ values: [Double]) -> Bool {
    guard values.count > 1 else { return false }
    let step = values[1] - values[0]
    return step > 0
      && zip(values, values.dropFirst()).allSatisfy { abs($1 - $0 - step) <= 1e-6 * step }
  }

  /// A number of the first line and what is below it.
  private struct Below {
    let cell: Double
    let count: Int
    /// Whether the number is far outside of the range below, as measured by the width of that.
    let isFar: Bool
    /// Whether it is a year, and below are other numbers than years.
    let isYearAboveOthers: Bool
    let hasFractions: Bool

    init(_ cell: Double, _ values: ArraySlice<Double>) {
      self.cell = cell
      let present = values.filter { !$0.isNaN }
      count = present.count
      let (low, high) = (present.min() ?? 0, present.max() ?? 0)
      let width = max(high - low, 0.1 * max(abs(low), abs(high)))
      isFar = count > 1 && max(low - cell, cell - high) > 10 * width
      let isYear = { (value: Double) in value == value.rounded() && (1500...2200).contains(value) }
      isYearAboveOthers = isYear(cell) && !present.allSatisfy(isYear)
      hasFractions = present.contains { $0 != $0.rounded() }
    }
  }
}
