import EmulsionData
import LuaBridge

extension VectorObject {
  /// What is told of the numbers, comparisons and parts.
  static func withStatistics(_ start: LuaClass<VectorObject>) -> LuaClass<VectorObject> {
    withParts(
      start
        .method(
          "min", "v:min([x])",
          "the smallest element, nan where one is missing; with x the smaller of each pair"
        ) { vector, call in
          guard call.has(1) else { return Pushed(vector.extreme { $0 < $1 }) }
          return try vector.chosen(.smaller, call)
        }
        .method(
          "max", "v:max([x])",
          "the largest element, nan where one is missing; with x the larger of each pair"
        ) { vector, call in
          guard call.has(1) else { return Pushed(vector.extreme { $0 > $1 }) }
          return try vector.chosen(.larger, call)
        }
        .method("sd", "v:sd()", "the standard deviation, n − 1 in its denominator") { vector, _ in
          NumberSummary.moments(vector.values).standardDeviation
        }
        .method("median", "v:median()", "the number in the middle") { vector, _ in
          vector.quantile(0.5, of: vector.sorted)
        }
        .method(
          "quantile", "v:quantile(p)",
          "the number below which a share p lies; a list gives a Vector",
          example: "em.range(1, 9):quantile{ 0.25, 0.75 }"
        ) { vector, call in try vector.quantiles(call) })
  }

  private static func withParts(_ start: LuaClass<VectorObject>) -> LuaClass<VectorObject> {
    start
      .method("sort", "v:sort()", "the elements from the smallest on, missing ones last") {
        vector, call in
        try call.context.claim(bytes: vector.nativeSize)
        return VectorObject(vector.sorted, isWhole: vector.isWhole)
      }
      .method("cumsum", "v:cumsum()", "the sum of each element and those before") { vector, call in
        try call.context.claim(bytes: vector.nativeSize)
        var sum = 0.0
        return VectorObject(
          vector.values.map {
            sum += $0
            return sum
          }, isWhole: vector.isWhole)
      }
      .method("slice", "v:slice(i [, j])", "elements i to j, from the end where they are below 0") {
        vector, call in
        let part = try call.part(of: vector.values.count)
        let (first, last) = (max(part.first, 0), min(part.last, vector.values.count - 1))
        guard first <= last else { return VectorObject([], isWhole: vector.isWhole) }
        try call.context.claim(bytes: 8 * (last - first + 1))
        return VectorObject(Array(vector.values[first...last]), isWhole: vector.isWhole)
      }
      .method(
        "where", "v:where(mask)", "the elements at which a Vector of 0 and 1 is 1",
        example: "local v = em.range(1, 9) return v:where(v:gt(5))"
      ) { vector, call in
        let mask = try numbers(call.value(1), "where: mask")
        guard mask.count == vector.values.count else {
          throw call.mismatch(
            1, "mask", "a Vector of \(vector.values.count), one number an element")
        }
        try call.context.claim(bytes: vector.nativeSize)
        return VectorObject(
          zip(vector.values, mask).filter { $1 != 0 && !$1.isNaN }.map(\.0), isWhole: vector.isWhole
        )
      }
      .comparison("lt", "below") { $0 < $1 }
      .comparison("le", "at most") { $0 <= $1 }
      .comparison("gt", "above") { $0 > $1 }
      .comparison("ge", "at least") { $0 >= $1 }
      .comparison("eq", "equal to") { $0 == $1 }
  }

  private func chosen(_ choice: PairChoice, _ call: LuaCall) throws -> Pushed {
    try combined(
      .vector(values), numericOperand(1, "x", call), "and", call, .pairs(choice.body))
  }

  private func extreme(_ isBefore: (Double, Double) -> Bool) -> Double {
    guard let first = values.first else { return .nan }
    var best = first
    for value in values {
      if value.isNaN { return .nan }
      if isBefore(value, best) { best = value }
    }
    return best
  }

  private var sorted: [Double] {
    let present = values.filter { !$0.isNaN }.sorted()
    return present + Array(repeating: .nan, count: values.count - present.count)
  }

  private func quantile(_ p: Double, of sorted: [Double]) -> Double {
    sorted.last?.isNaN ?? true ? .nan : NumberSummary.quantile(p, ofSorted: sorted)
  }

  private func quantiles(_ call: LuaCall) throws -> Pushed {
    let check = { (p: Double) in
      guard p >= 0, p <= 1 else { throw call.mismatch(1, "p", "from 0 to 1") }
    }
    try call.context.claim(bytes: nativeSize)
    let sorted = sorted
    if let p = call.numberIfAny(1) {
      try check(p)
      return Pushed(quantile(p, of: sorted))
    }
    let shares = try numbers(call.value(1), "p")
    return Pushed(
      VectorObject(
        try shares.map {
          try check($0)
          return quantile($0, of: sorted)
        }))
  }
}

extension LuaClass<VectorObject> {
  /// Adds a comparison with a number, or with the elements of a Vector.
  fileprivate func comparison(
    _ name: String, _ words: String, _ holds: @escaping (Double, Double) -> Bool
  ) -> Self {
    method(name, "v:\(name)(x)", "1 where an element is \(words) x, a number or a Vector, else 0") {
      vector, call in
      try call.context.claim(bytes: vector.nativeSize)
      if let number = call.numberIfAny(1) {
        return VectorObject(vector.values.map { holds($0, number) ? 1 : 0 }, isWhole: true)
      }
      let others = try numbers(call.value(1), "x")
      guard others.count == vector.values.count else {
        throw call.mismatch(1, "x", "a number or a Vector of \(vector.values.count)")
      }
      return VectorObject(
        zip(vector.values, others).map { holds($0, $1) ? 1 : 0 }, isWhole: true)
    }
  }
}
