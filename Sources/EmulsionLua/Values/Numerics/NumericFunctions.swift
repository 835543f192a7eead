import Emulsion
import LuaBridge

extension ModuleFunction {
  static var numerics: [ModuleFunction] {
    [
      ModuleFunction(
        "matrix", "em.matrix(rows) or em.matrix(rows, columns [, fill])",
        "a Matrix from a list of rows, or of one value (0 unless given)",
        example: "em.matrix{ {1, 2}, {3, 4} } * 10"
      ) { call in
        if call.numberIfAny(1) != nil { return try filledMatrix(call) }
        return MatrixObject(try matrix(call.value(1), "em.matrix"))
      },
      ModuleFunction(
        "vector", "em.vector(list)", "a Vector from a list of numbers",
        example: "em.vector{1, 2, 3}:mean()"
      ) { call in
        VectorObject(try numbers(call.value(1), "em.vector"))
      },
      ModuleFunction(
        "range", "em.range(first, last [, step])", "the numbers from first to last, a Vector",
        example: "em.select(data, { components = em.range(1, 9) })"
      ) { call in try range(call) },
    ]
  }

  private static func filledMatrix(_ call: LuaCall) throws -> MatrixObject {
    let rows = try call.integer(1, "rows")
    let columns = try call.integer(2, "columns")
    guard rows >= 0 else { throw call.mismatch(1, "rows", "0 or more") }
    guard columns >= 0 else { throw call.mismatch(2, "columns", "0 or more") }
    let fill = call.has(3) ? try call.number(3, "fill") : 0
    // Rows without columns take no memory, but lists and sums of them do.
    let count =
      columns == 0 || rows == 0
      ? max(rows, columns).multipliedOrMax(by: 8) : rows.multipliedOrMax(by: columns)
    try call.context.reserve(
      count.multipliedOrMax(by: 8), for: "em.matrix: \(rows) × \(columns) numbers")
    let cells = rows == 0 || columns == 0 ? 0 : rows * columns
    return MatrixObject(
      Matrix(
        rows: rows, columns: columns,
        values: try call.joined(cells) { Array(repeating: fill, count: $0.count) }))
  }

  private static func range(_ call: LuaCall) throws -> VectorObject {
    let first = try call.number(1, "first")
    let last = try call.number(2, "last")
    let step = call.has(3) ? try call.number(3, "step") : 1
    guard step != 0, step.isFinite else { throw call.mismatch(3, "step", "a number other than 0") }
    guard first.isFinite else { throw call.mismatch(1, "first", "finite") }
    guard last.isFinite else { throw call.mismatch(2, "last", "finite") }
    // A last number that rounding just misses belongs to the range.
    let steps = ((last - first) / step + 1e-9).rounded(.down)
    guard steps < 1e15 else { throw call.mismatch(3, "step", "larger") }
    let count = steps < 0 ? 0 : Int(steps) + 1
    try call.context.reserve(count.multipliedOrMax(by: 8), for: "em.range: \(count) numbers")
    let isWhole = first == first.rounded() && step == step.rounded()
    let values = try call.joined(count) { $0.map { first + Double($0) * step } }
    return VectorObject(values, isWhole: isWhole)
  }
}
