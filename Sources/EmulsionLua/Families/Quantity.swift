import Emulsion
import LuaBridge

/// What `statistics` returned: numbers, Vectors and Matrices, and tables of them.
indirect enum Quantity: Sendable, Codable {
  case number(Double)
  case vector([Double])
  case matrix(Matrix)
  case table(list: [Quantity], fields: [String: Quantity])

  /// Reads a value.
  ///
  /// - Throws: What is wrong with it.
  init(_ value: LuaValue, _ place: String, depth: Int = 0) throws {
    if let number = value.number {
      self = .number(number)
    } else if let vector = value.object(as: VectorObject.self) {
      self = .vector(vector.values)
    } else if let matrix = value.object(as: MatrixObject.self) {
      self = .matrix(matrix.matrix)
    } else if let table = value.table {
      guard depth < Self.mostNested else {
        let start = place.prefix(40)
        throw Problem(
          "\(start)… lies in tables within each other, more than \(Self.mostNested) deep; "
            + "does one hold itself?")
      }
      self = try Self.read(table, place, depth: depth + 1)
    } else {
      throw Problem("\(place) is \(value.explanation), not a number, Vector, Matrix or table")
    }
  }

  /// Why a quantity can't be used.
  struct Problem: Error {
    let text: String

    init(_ text: String) { self.text = text }
  }

  private static let mostNested = 20

  private static func read(_ table: LuaTable, _ place: String, depth: Int) throws -> Quantity {
    var (list, fields): ([Int: Quantity], [String: Quantity]) = ([:], [:])
    for (key, value) in try table.pairs() {
      if let name = key.string {
        fields[name] = try Quantity(value, "\(place).\(name)", depth: depth)
      } else if let position = key.integer {
        list[position] = try Quantity(value, "\(place)[\(position)]", depth: depth)
      } else {
        throw Problem("\(place) has the key \(key.explanation); names and positions are keys")
      }
    }
    let ordered = list.keys.sorted()
    if let position = ordered.enumerated().first(where: { $0.offset + 1 != $0.element })?.element {
      throw Problem("\(place)[\(position)] follows a gap")
    }
    return .table(list: ordered.compactMap { list[$0] }, fields: fields)
  }

  /// The value as scripts get it.
  func scriptValue(in context: LuaContext) throws -> any LuaConvertible {
    switch self {
    case .number(let value): return value
    case .vector(let values): return VectorObject(values)
    case .matrix(let matrix): return MatrixObject(matrix)
    case .table(let list, let fields):
      let table = try LuaTable(in: context)
      for (place, value) in list.enumerated() {
        try table.set(place + 1, to: value.scriptValue(in: context))
      }
      for (name, value) in fields { try table.set(name, to: value.scriptValue(in: context)) }
      return table
    }
  }

  /// Adds what another block gave.
  ///
  /// - Throws: Where its shape differs.
  mutating func add(_ other: Quantity, _ place: String) throws {
    switch (self, other) {
    case (.number(let a), .number(let b)): self = .number(a + b)
    case (.vector(let a), .vector(let b)) where a.count == b.count:
      self = .vector(Lanes.combine(.add, a, b))
    case (.matrix(let a), .matrix(let b)) where a.rows == b.rows && a.columns == b.columns:
      self = .matrix(
        Matrix(
          rows: a.rows, columns: a.columns, values: Lanes.combine(.add, a.values, b.values)))
    case (.table(var list, var fields), .table(let others, let otherFields))
    where list.count == others.count && fields.count == otherFields.count:
      for i in list.indices { try list[i].add(others[i], "\(place)[\(i + 1)]") }
      for (name, value) in otherFields {
        guard fields[name] != nil else {
          throw Problem("\(place).\(name) is missing from some blocks of rows")
        }
        try fields[name]?.add(value, "\(place).\(name)")
      }
      self = .table(list: list, fields: fields)
    default:
      throw Problem("\(place) is \(shape) for one block of rows and \(other.shape) for another")
    }
  }

  /// Multiplies every number.
  mutating func scale(by factor: Double) {
    switch self {
    case .number(let value): self = .number(value * factor)
    case .vector(let values): self = .vector(Lanes.combine(.multiply, values, factor))
    case .matrix(var matrix):
      matrix.values = Lanes.combine(.multiply, matrix.values, factor)
      self = .matrix(matrix)
    case .table(var list, var fields):
      for i in list.indices { list[i].scale(by: factor) }
      for name in fields.keys { fields[name]?.scale(by: factor) }
      self = .table(list: list, fields: fields)
    }
  }

  /// The first number that is none, or not finite, with its place.
  func firstWrong(_ place: String) -> (place: String, value: Double)? {
    switch self {
    case .number(let value): return value.isFinite ? nil : (place, value)
    case .vector(let values):
      return values.firstIndex { !$0.isFinite }.map { ("\(place)[\($0 + 1)]", values[$0]) }
    case .matrix(let matrix):
      return matrix.values.firstIndex { !$0.isFinite }.map {
        ("\(place):get(\($0 / matrix.columns + 1), \($0 % matrix.columns + 1))", matrix.values[$0])
      }
    case .table(let list, let fields):
      for (i, value) in list.enumerated() {
        if let wrong = value.firstWrong("\(place)[\(i + 1)]") { return wrong }
      }
      for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
        if let wrong = value.firstWrong("\(place).\(name)") { return wrong }
      }
      return nil
    }
  }

  private var shape: String {
    switch self {
    case .number: "a number"
    case .vector(let values): "a Vector of \(values.count)"
    case .matrix(let matrix): "a Matrix \(matrix.rows) × \(matrix.columns)"
    case .table(let list, let fields): "a table of \(list.count + fields.count)"
    }
  }
}

/// The sums of one component: nothing before the first block.
struct ScriptStatistics: SufficientStatistics {
  /// The family, for error texts.
  let family: String
  /// Σ γ ln p.
  var logDensity = 0.0
  var sum: Quantity?

  mutating func merge(_ other: ScriptStatistics) throws {
    logDensity += other.logDensity
    guard let more = other.sum else { return }
    guard sum != nil else {
      sum = more
      return
    }
    do {
      try sum?.add(more, "statistics")
    } catch let problem as Quantity.Problem {
      throw EmulsionError(.script, "the family \"\(family)\": \(problem.text)")
    }
  }

  mutating func scale(by factor: Double) {
    logDensity *= factor
    sum?.scale(by: factor)
  }
}
