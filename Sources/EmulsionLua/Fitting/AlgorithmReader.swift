import Emulsion
import LuaBridge

/// An algorithm with its options, as scripts hold it.
final class AlgorithmObject: LuaObject {
  let algorithm: any Algorithm

  init(_ algorithm: any Algorithm) { self.algorithm = algorithm }

  static var luaClass: LuaClass<AlgorithmObject> {
    LuaClass("Algorithm", "an algorithm with its options, for em.fit and em.select")
      .property("name", "the name it is chosen by") { $0.algorithm.name }
      .metamethod("__tostring") { call in
        "Algorithm \"\(try call.receiver(as: AlgorithmObject.self).algorithm.name)\""
      }
  }
}

extension LuaValue {
  /// The option `algorithm`: a name, or what `em.sem` and its like made.
  func algorithm(_ catalogue: Catalogue) throws -> any Algorithm {
    if let name = string { return try catalogue.algorithm(named: name) }
    guard let object = object(as: AlgorithmObject.self) else {
      throw mustBe("algorithm", "a name or an Algorithm, as em.sem makes it")
    }
    return object.algorithm
  }

  fileprivate func count(_ name: String, atLeast least: Int) throws -> Int {
    let (count, most) = (try wholeNumber(name), 1_000_000)
    guard (least...most).contains(count) else {
      throw mustBe(name, "a whole number from \(least) to \(most)")
    }
    return count
  }
}

extension OptionList where Target == StochasticEM {
  static var stochasticEM: OptionList {
    OptionList(options: [
      LuaOption("burn_in", "100", "iterations before those that are averaged") {
        $1.burnIn = try $0.count("burn_in", atLeast: 0)
      },
      LuaOption("average", "100", "iterations whose parameters are averaged") {
        $1.average = try $0.count("average", atLeast: 1)
      },
    ])
  }
}

extension OptionList where Target == AnnealedEM {
  static var annealedEM: OptionList {
    OptionList(options: [
      LuaOption("start", "0.5", "the exponent of the first iteration's posteriors") {
        $1.start = try $0.real("start")
        guard $1.start > 0 && $1.start <= 1 else { throw $0.mustBe("start", "in (0, 1]") }
      },
      LuaOption("rate", "1.1", "what it is multiplied by in each iteration, until it is 1") {
        $1.rate = try $0.real("rate")
        guard $1.rate > 1 && $1.rate.isFinite else { throw $0.mustBe("rate", "a number above 1") }
      },
    ])
  }
}

extension OptionList where Target == OnlineEM {
  static var onlineEM: OptionList {
    OptionList(options: [
      LuaOption("block", "1000", "rows of a block, after each of which there is an M step") {
        $1.block = try $0.wholeNumber("block")
        guard $1.block >= 1 else { throw $0.mustBe("block", "a whole number ≥ 1") }
      },
      LuaOption(
        "forgetting", "0.6", "block t has the weight (t + 1)^-forgetting: above 0.5 and at most 1"
      ) {
        $1.forgetting = try $0.real("forgetting")
        guard $1.forgetting > 0.5 && $1.forgetting <= 1 else {
          throw $0.mustBe("forgetting", "above 0.5 and at most 1")
        }
      },
      LuaOption("passes", "10", "the most passes over the rows; fewer where little changes") {
        $1.passes = try $0.count("passes", atLeast: 1)
      },
    ])
  }
}

extension ModuleFunction {
  static var algorithms: [ModuleFunction] {
    [
      algorithm(
        StochasticEM(), "sem",
        "stochastic EM: components are drawn, parameters averaged; an Algorithm",
        example: "em.sem{ burn_in = 50 }", .stochasticEM),
      algorithm(
        AnnealedEM(), "annealing", "EM with posteriors that sharpen as it goes; an Algorithm",
        example: "em.annealing{ start = 0.1 }", .annealedEM),
      algorithm(
        OnlineEM(), "online",
        "EM with an M step after every block of rows, from moving averages; an Algorithm",
        example: "em.online{ block = 500, passes = 5 }", .onlineEM),
      algorithm(
        VariationalBayes(), "variational",
        "variational Bayes: components that the data don't need lose their rows; an Algorithm",
        example: "em.variational{ concentration = 0.01 }", .variational),
    ]
  }

  /// The function that makes an algorithm with options: `em.sem{ … }`.
  private static func algorithm<Choice: Algorithm>(
    _ standard: Choice, _ name: String, _ summary: String, example: String,
    _ options: OptionList<Choice>
  ) -> ModuleFunction {
    ModuleFunction(
      name, "em.\(name)([options])", summary,
      example: "em.fit(data, { components = 2, algorithm = \(example) })", options: options.help
    ) { call in
      var algorithm = standard
      try options.apply(call.tableIfGiven(1, "options"), to: &algorithm)
      return AlgorithmObject(algorithm)
    }
  }
}
