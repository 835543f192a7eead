import Emulsion
import LuaBridge

/// A prior with its options, as scripts hold it.
final class PriorObject: LuaObject {
  let prior: ConjugatePrior

  init(_ prior: ConjugatePrior) { self.prior = prior }

  static var luaClass: LuaClass<PriorObject> {
    LuaClass("Prior", "a conjugate prior of Gaussian components, for em.fit and em.select")
      .property("shrinkage", "how many rows the prior mean counts for") { $0.prior.shrinkage }
      .metamethod("__tostring") { call in
        let prior = try call.receiver(as: PriorObject.self).prior
        return "Prior with shrinkage \(prior.shrinkage)"
      }
  }
}

extension LuaValue {
  /// The option `prior`: true for the defaults, a table of options, or what `em.prior` made.
  func prior() throws -> ConjugatePrior? {
    if case .boolean(let isOn) = self { return isOn ? ConjugatePrior() : nil }
    if let object = object(as: PriorObject.self) { return object.prior }
    guard let table else {
      throw mustBe("prior", "true, a table of options, or a Prior, as em.prior makes it")
    }
    var prior = ConjugatePrior()
    try OptionList.prior.apply(table, to: &prior)
    return prior
  }
}

extension OptionList where Target == ConjugatePrior {
  /// The options of `em.prior`.
  static var prior: OptionList {
    OptionList(options: [
      LuaOption("shrinkage", "0.01", "how many rows the prior mean counts for; 0 for none") {
        $1.shrinkage = try $0.real("prior.shrinkage")
      },
      LuaOption("mean", "column means", "the prior mean: one number a column") {
        $1.mean = try $0.oneOrMore("prior.mean")
      },
      LuaOption("degrees_of_freedom", "columns + 2", "those of the prior of covariances") {
        $1.degreesOfFreedom = try $0.real("prior.degrees_of_freedom")
      },
      LuaOption(
        "scale", "that of the rows over K^(2/d)",
        "the prior scale of covariances: a Matrix, or one number where columns are independent"
      ) { $1.scale = try $0.parameterValue("prior.scale") },
    ])
  }
}

extension ModuleFunction {
  static var priors: [ModuleFunction] {
    [
      ModuleFunction(
        "prior", "em.prior([options])",
        "a conjugate prior of Gaussian components (Fraley & Raftery 2007); a Prior",
        example: "em.fit(data, { components = 2, prior = em.prior{ shrinkage = 0 } })",
        options: OptionList.prior.help
      ) { call in
        var prior = ConjugatePrior()
        try OptionList.prior.apply(call.tableIfGiven(1, "options"), to: &prior)
        return PriorObject(prior)
      }
    ]
  }
}
