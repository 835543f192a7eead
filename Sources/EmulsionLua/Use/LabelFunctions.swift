import Emulsion
import EmulsionData
import LuaBridge

extension ModuleFunction {
  /// Comparison of two labellings of the same rows.
  static var labels: [ModuleFunction] {
    [
      ModuleFunction(
        "adjusted_rand", "em.adjusted_rand(a, b)",
        "how far two labellings agree: 1 the same, about 0 as by chance",
        example: "em.adjusted_rand(model:predict(iris), iris[\"Species\"])"
      ) { try CrossTabulation($0).adjustedRand },
      ModuleFunction(
        "confusion", "em.confusion(a, b)",
        "a Table of how many rows have each class of a (rows) and b (columns)",
        example: "em.confusion(iris[\"Species\"], model:predict(iris))"
      ) { TableObject(try CrossTabulation($0).table) },
      ModuleFunction(
        "classification_error", "em.classification_error(a, b)",
        "the share misclassified under the best one-to-one matching, and the class of b by class of a",
        example: "local error, matching = em.classification_error(model:predict(data), classes)"
      ) { call in
        let table = try CrossTabulation(call)
        let (error, matching) = try table.classificationError
        let pairs = try LuaTable(in: call.context)
        for (own, other) in zip(table.rows, matching) {
          if let other { try pairs.set(own.luaValue, to: other.luaValue) }
        }
        return LuaTuple(error, pairs)
      },
    ]
  }
}

extension CrossTabulation {
  /// That of the first two arguments of a call.
  fileprivate init(_ call: LuaCall) throws {
    try self.init(call.value(1).classLabels("a"), call.value(2).classLabels("b"))
  }

  /// A row a class of the first labelling, whose classes are the first column.
  fileprivate var table: Table {
    get throws {
      let counts = try counts
      let titles = columns.map(\.description)
      var first = "class"
      while titles.contains(first) { first += "_" }
      let numbers = rows.compactMap(\.number)
      let classes: Column =
        numbers.count == rows.count ? .numbers(numbers) : .text(rows.map(\.description))
      return try Table(
        [(name: first, column: classes)]
          + titles.enumerated().map { (name: $1, column: .numbers(counts.column($0))) })
    }
  }
}

extension ClassLabel {
  fileprivate var number: Double? {
    if case .number(let value) = self { value } else { nil }
  }

  fileprivate var luaValue: LuaValue {
    switch self {
    case .number(let value): Int(exactly: value).map { .integer($0) } ?? .number(value)
    case .text(let text): .string(text)
    }
  }
}

extension LuaValue {
  /// The labels of rows: a Vector, a column of text, or a list of numbers or of texts.
  ///
  /// - Throws: `invalid-data` naming the argument and the element.
  func classLabels(_ name: String) throws -> [ClassLabel] {
    if let vector = object(as: VectorObject.self) { return vector.values.map { .number($0) } }
    if case .userdata(let value) = self, value.className == "Texts" {
      return try texts(name).map { .text($0) }
    }
    guard let table else {
      throw EmulsionError(
        .invalidData,
        "\(name) must be a list of numbers or texts, a Vector or a column of text, got "
          + (isNil ? "nothing" : explanation))
    }
    if case .numbers(let numbers) = try table.numbers() { return numbers.map { .number($0) } }
    let elements = try table.list()
    let isText = elements.first?.string != nil
    return try elements.enumerated().map { position, element in
      if element.isNil { return .text("") }
      guard
        let label: ClassLabel = isText
          ? element.string.map({ .text($0) }) : element.number.map({ .number($0) })
      else {
        let kind = isText ? "a text as the first is" : "a number as the first is"
        throw EmulsionError(
          .invalidData,
          "\(name): element \(position + 1) must be \(kind), got \(element.explanation)")
      }
      return label
    }
  }
}
