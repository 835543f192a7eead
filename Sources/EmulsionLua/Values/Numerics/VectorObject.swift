import Emulsion
import LuaBridge

/// `Vector`: numbers in a row, for scripts.
final class VectorObject: LuaObject {
  var values: [Double]
  /// Whether elements are handed out as whole numbers: labels and ranges.
  let isWhole: Bool
  /// The method of tables that this column hides by its name.
  var hiddenMethod: String?

  init(_ values: [Double], isWhole: Bool = false) {
    self.values = values
    self.isWhole = isWhole
  }

  /// Labels, which count from 1 in Lua.
  convenience init(labels: [Int]) {
    self.init(labels.map { Double($0 + 1) }, isWhole: true)
  }

  var nativeSize: Int { values.count * MemoryLayout<Double>.stride }

  func element(_ i: Int) -> LuaValue {
    guard i >= 1 && i <= values.count else { return .nil }
    let value = values[i - 1]
    if isWhole, let whole = Int(exactly: value) { return .integer(whole) }
    return .number(value)
  }

  private var list: Pushed {
    isWhole ? Pushed(WholeList(vector: self)) : Pushed(values)
  }

  static var luaClass: LuaClass<VectorObject> {
    withStatistics(ownClass).elementFunctions("v") { try $0.map($1, $2) }
  }

  private static var ownClass: LuaClass<VectorObject> {
    LuaClass("Vector", "numbers, counted from 1; v[i], #v and ipairs(v) work")
      .property("size", "number of elements") { $0.values.count }
      .method("get", "v:get(i)", "element i") { vector, call in
        vector.element(try vector.position(call) + 1)
      }
      .method("set", "v:set(i, x)", "makes x element i") { vector, call in
        vector.values[try vector.position(call)] = try call.number(2, "x")
        return LuaTuple()
      }
      .method("tolist", "v:tolist()", "the elements as a Lua list") { vector, call in
        try call.context.claim(bytes: vector.values.count.multipliedOrMax(by: 16))
        return vector.list
      }
      .method("exp", "v:exp()", "e to the power of each element") { try $0.map($1, Lanes.exp) }
      .method("log", "v:log()", "natural logarithm of each element") { try $0.map($1, Lanes.log) }
      .method("abs", "v:abs()", "absolute value of each element") {
        try $0.map($1, Lanes.magnitude)
      }
      .method("sqrt", "v:sqrt()", "square root of each element") {
        try $0.map($1, Lanes.squareRoot)
      }
      .method("sum", "v:sum()", "sum of the elements") { vector, _ in
        Lanes.sum(vector.values)
      }
      .method("mean", "v:mean()", "mean of the elements") { vector, _ in
        Lanes.sum(vector.values) / Double(vector.values.count)
      }
      .method("dot", "v:dot(x)", "inner product with a Vector; vᵀX for a Matrix") { vector, call in
        try product(.vector(vector.values), numericOperand(1, "x", call), call)
      }
      .metamethod("__len") { try $0.receiver(as: VectorObject.self).values.count }
      .metamethod("__call") { call in
        try callHidden(call.receiver(as: VectorObject.self).hiddenMethod, "Vector", call)
      }
      .metamethod("__tostring") { call in
        vectorText(try call.receiver(as: VectorObject.self), width: call.context.screenWidth)
      }
      .metamethod("__pairs") { call in
        let next = try LuaFunction(in: call.context, name: "pairs") { step in
          let vector = try step.receiver(as: VectorObject.self)
          let i = try step.integer(2, "i")
          guard i >= 0 && i < vector.values.count else { return LuaTuple() }
          return LuaTuple(i + 1, vector.element(i + 1))
        }
        return LuaTuple(next, try call.value(1), 0)
      }
      .metamethod("__newindex") { call in
        let vector = try call.receiver(as: VectorObject.self)
        vector.values[try vector.position(call, argument: 2)] = try call.number(3, "x")
        return LuaTuple()
      }
      .arithmetic()
      .fallback { vector, key, _ in key.integer.map(vector.element) ?? nil }
  }

  /// Checks an index and counts it from 0.
  private func position(_ call: LuaCall, argument: Int = 1) throws -> Int {
    let i = try call.integer(argument, "i")
    guard i >= 1 && i <= values.count else {
      throw call.mismatch(argument, "i", "between 1 and \(values.count)")
    }
    return i - 1
  }

  private func map(_ call: LuaCall, _ function: ([Double]) -> [Double]) throws -> VectorObject {
    try call.context.claim(bytes: nativeSize)
    return VectorObject(try call.inParts(values, function))
  }
}

/// The elements of a vector of whole numbers as a list, made as it is pushed.
private struct WholeList: LuaConvertible {
  let vector: VectorObject

  func push(onto stack: LuaStack) throws {
    try stack.push(listOf: vector.values.count) { self.vector.element($0 + 1) }
  }
}
