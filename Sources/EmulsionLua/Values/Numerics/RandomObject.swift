import Emulsion
import LuaBridge

/// `random`: the random numbers that a function of the user's draws.
///
/// Called it is as `math.random`: `random()`, `random(n)`, `random(a, b)`.
final class RandomObject: LuaObject {
  private(set) var random: CounterRandom

  init(_ random: CounterRandom) { self.random = random }

  static var luaClass: LuaClass<RandomObject> {
    LuaClass("Random", "random numbers of a fit's seed; random(), random(n) and random(a, b) work")
      .method(
        "normal", "random:normal([mean, deviation])", "a normal number, standard unless given"
      ) {
        source, call in
        let mean = call.has(1) ? try call.number(1, "mean") : 0
        let deviation = call.has(2) ? try call.number(2, "deviation") : 1
        return mean + deviation * source.random.normal()
      }
      .method("gamma", "random:gamma(shape [, scale])", "a gamma number; scale 1 unless given") {
        source, call in
        let shape = try call.number(1, "shape")
        guard shape > 0, shape.isFinite else { throw call.mismatch(1, "shape", "a number > 0") }
        return (call.has(2) ? try call.number(2, "scale") : 1) * source.random.gamma(shape: shape)
      }
      .metamethod("__call") { call -> LuaValue in
        let source = try call.receiver(as: RandomObject.self)
        return try source.drawn(call.afterReceiver())
      }
  }

  private func drawn(_ call: LuaCall) throws -> LuaValue {
    guard call.has(1) else { return .number(random.uniform()) }
    let first = try call.integer(1, "m")
    let (low, high) = call.has(2) ? (first, try call.integer(2, "n")) : (1, first)
    guard low <= high else {
      throw EmulsionError(.invalidOption, "random: the interval from \(low) to \(high) is empty")
    }
    return .integer(Int.random(in: low...high, using: &random))
  }
}
