import Emulsion
import LuaBridge

/// Functions of one number that densities are made of, as methods of vectors and matrices.
struct ElementFunction {
  let name: String
  let summary: String
  let body: @Sendable (Double) -> Double

  static let all = [
    ElementFunction("lgamma", "ln |Γ(x)| of each element x") { Elementary.logGamma($0) },
    ElementFunction("digamma", "ψ(x), the derivative of ln Γ, of each element x > 0; else nan") {
      $0 > 0 ? SpecialFunctions.digamma($0) : .nan
    },
    ElementFunction("erf", "the error function of each element") { errorFunction($0) },
    ElementFunction("normal_cdf", "the standard normal distribution function of each element") {
      normalDistribution($0)
    },
    ElementFunction("log_normal_cdf", "its logarithm, with all digits far out as well") {
      logNormalDistribution($0)
    },
    ElementFunction("log1p", "ln(1 + x) of each element x") { Elementary.log1p($0) },
    ElementFunction("expm1", "e to the power of each element, less 1") { Elementary.expm1($0) },
  ]

  private init(_ name: String, _ summary: String, _ body: @escaping @Sendable (Double) -> Double) {
    (self.name, self.summary, self.body) = (name, summary, body)
  }
}

extension LuaClass {
  /// Adds the functions of one number, given how an object is mapped.
  func elementFunctions(
    _ letter: String,
    _ map: @escaping (Object, LuaCall, ([Double]) -> [Double]) throws -> Object
  ) -> Self where Object: LuaConvertible {
    ElementFunction.all.reduce(self) { result, function in
      result.method(function.name, "\(letter):\(function.name)()", function.summary) {
        object, call in
        try map(object, call) { $0.map(function.body) }
      }
    }
  }
}

/// The larger or smaller of each pair; nan where one is.
struct PairChoice {
  let name: String
  let summary: String
  let body: @Sendable (Double, Double) -> Double

  static let smaller = PairChoice(name: "min", summary: "the smaller of each pair") {
    $0.isNaN || $1.isNaN ? .nan : min($0, $1)
  }
  static let larger = PairChoice(name: "max", summary: "the larger of each pair") {
    $0.isNaN || $1.isNaN ? .nan : max($0, $1)
  }
}

extension ModuleFunction {
  /// `em.where`, `em.min` and `em.max`.
  static var choices: [ModuleFunction] {
    [
      ModuleFunction(
        "where", "em.where(mask, a, b)",
        "a where the mask is 1, b where it is 0: numbers, Vectors or Matrices",
        example: "local v = em.range(-2, 2) return em.where(v:lt(0), 0, v)", chosen),
      pairs(.smaller), pairs(.larger),
    ]
  }

  private static func pairs(_ choice: PairChoice) -> ModuleFunction {
    ModuleFunction(
      choice.name, "em.\(choice.name)(a, b)",
      "\(choice.summary) of numbers, Vectors or Matrices",
      example: "em.\(choice.name)(em.range(1, 5), 3)"
    ) { call in
      try combined(
        numericOperand(1, "a", call), numericOperand(2, "b", call), "and", call, .pairs(choice.body)
      )
    }
  }

  private static func chosen(_ call: LuaCall) throws -> Pushed {
    let mask = try numericOperand(1, "mask", call)
    let (a, b) = (try numericOperand(2, "a", call), try numericOperand(3, "b", call))
    try call.context.claim(bytes: mask.count.multipliedOrMax(by: 16))
    func values(_ side: NumericOperand, _ name: String) throws -> (Int) -> Double {
      switch side {
      case .scalar(let value): return { _ in value }
      case .vector(let values) where mask.isVector && values.count == mask.count:
        return { values[$0] }
      case .matrix(let matrix) where mask.shape == side.shape: return { matrix.values[$0] }
      default:
        throw EmulsionError(
          .invalidData, "where: the mask is \(mask.shape), but \(name) is \(side.shape)")
      }
    }
    let (yes, no) = (try values(a, "a"), try values(b, "b"))
    func choose(_ mask: [Double]) throws -> [Double] {
      if let odd = mask.first(where: { !($0 == 0 || $0 == 1 || $0.isNaN) }) {
        throw call.mismatch(1, "mask", "numbers 0 and 1, not \(odd)")
      }
      return try call.joined(mask.count) { range in
        range.map { mask[$0].isNaN ? .nan : mask[$0] == 1 ? yes($0) : no($0) }
      }
    }
    switch mask {
    case .scalar(let value):
      guard case .scalar = a, case .scalar = b else {
        throw call.mismatch(1, "mask", "a Vector or Matrix of 0 and 1")
      }
      return Pushed(try choose([value])[0])
    case .vector(let values): return Pushed(VectorObject(try choose(values)))
    case .matrix(let matrix):
      return Pushed(
        MatrixObject(
          Matrix(rows: matrix.rows, columns: matrix.columns, values: try choose(matrix.values))))
    }
  }
}

extension NumericOperand {
  fileprivate var isVector: Bool {
    if case .vector = self { true } else { false }
  }
}
