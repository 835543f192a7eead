import Emulsion
import LuaBridge

extension OptionList where Target == ScriptFunctions {
  /// What `em.family` takes.
  static var family: OptionList {
    OptionList(options: [
      LuaOption("name", "needed", "what it is registered by; a family of that name is replaced") {
        $1.name = try $0.text("name")
      },
      LuaOption(
        "log_density", "needed", "function(p, x): ln p of each row of the block x, a Vector"
      ) {
        $1.logDensity = try $0.function(named: "log_density")
      },
      LuaOption("statistics", "none", "function(x, w, p): a table of sums over rows of weights w") {
        $1.statistics = try $0.function(named: "statistics")
      },
      LuaOption("estimate", "numeric", "function(s, previous): the parameters for these sums") {
        $1.estimate = try $0.function(named: "estimate")
      },
      LuaOption("initial", "none", "parameters before any are known, or function(x) for them") {
        if let function = $0.function {
          $1.initialFunction = function
        } else if let table = $0.table {
          $1.initial = try table.parameterValues("initial")
        } else {
          throw $0.mustBe("initial", "a table of parameters or a function")
        }
      },
      LuaOption(
        "transforms", "none", "borders by parameter: \"positive\", \"interval\" or \"simplex\""
      ) {
        $1.transforms = try $0.transforms()
      },
      LuaOption("parameters", "by name", "the names of the parameters, in order") {
        $1.order = try $0.texts("parameters")
      },
      LuaOption("free_parameters", "counted", "function(p): how many numbers of p are free") {
        $1.freeParameters = try $0.function(named: "free_parameters")
      },
      LuaOption("start", "clusters", "function(x, random): the parameters of one component") {
        $1.start = try $0.function(named: "start")
      },
      LuaOption("moments", "none", "function(p): the mean and the covariance of its rows") {
        $1.moments = try $0.function(named: "moments")
      },
      LuaOption("sample", "none", "function(p, random): a row, a number or a list") {
        $1.sample = try $0.function(named: "sample")
      },
      LuaOption(
        "support", "\"real\"",
        "\(Support.named.keys.sorted().map { "\"\($0)\"" }.joined(separator: ", "))"
      ) {
        let name = try $0.text("support")
        guard let support = Support.named[name] else {
          let names = Support.named.keys.sorted()
          throw EmulsionError(
            .invalidOption, "support: there is no \"\(name)\"" + nameHint(for: name, among: names))
        }
        $1.support = support
        $1.isDiscrete = ["counts", "binary"].contains(name)
      },
    ])
  }
}

extension Support {
  /// The supports that scripts can name.
  fileprivate static var named: [String: Support] {
    [
      "real": .real, "positive": .positive, "non-negative": .nonNegative, "counts": .counts,
      "binary": .binary, "unit": .openUnitInterval,
    ]
  }
}

extension LuaValue {
  fileprivate func function(named name: String) throws -> LuaFunction {
    guard let function else { throw mustBe(name, "a function") }
    return function
  }

  fileprivate func transforms() throws -> [String: ParameterTransform] {
    guard let table else { throw mustBe("transforms", "a table of names by parameter") }
    let names = ParameterTransform.allCases.map(\.rawValue)
    var result: [String: ParameterTransform] = [:]
    for (key, value) in try table.pairs() {
      guard let parameter = key.string else { throw key.mustBe("transforms", "named parameters") }
      let name = try value.text("transforms.\(parameter)")
      guard let transform = ParameterTransform(rawValue: name) else {
        throw EmulsionError(
          .invalidOption,
          "transforms.\(parameter): there is no \"\(name)\"" + nameHint(for: name, among: names))
      }
      result[parameter] = transform
    }
    return result
  }
}

extension ScriptFunctions {
  /// Throws `invalid-option` for what does not make a family.
  fileprivate func validate(reserved: [String]) throws {
    func refuse(_ problem: String) -> EmulsionError {
      EmulsionError(.invalidOption, "em.family: \(problem)")
    }
    guard !name.isEmpty else {
      throw refuse("the name is missing, as in { name = \"rayleigh\", … }")
    }
    let isName = name.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
        || "_- ".unicodeScalars.contains($0)
    }
    guard isName else {
      throw refuse(
        "the name \"\(name)\" has other characters than letters, digits, _, - and spaces")
    }
    guard !reserved.contains(name) else { throw refuse("the name \"\(name)\" is taken already") }
    guard logDensity != nil else { throw refuse("log_density is missing: function(p, x)") }
    guard (statistics == nil) == (estimate == nil) else {
      throw refuse(
        "\(statistics == nil ? "statistics" : "estimate") is missing: give statistics and estimate, or "
          + "neither and initial, from which parameters are then found by looking at log_density")
    }
    guard !isNumeric || initial != nil || initialFunction != nil else {
      throw refuse(
        "give statistics and estimate, or initial, from which parameters are found by looking at "
          + "log_density")
    }
    if let known = order ?? initial?.keys.sorted() {
      for name in transforms.keys.sorted() where !known.contains(name) {
        throw refuse(
          "transforms: there is no parameter \"\(name)\"" + nameHint(for: name, among: known))
      }
    }
    do {
      _ = try ScriptFamily(self, columns: 1, initial: initial)
    } catch let error as EmulsionError where error.code == .script {
      throw EmulsionError(.invalidOption, error.message)
    }
  }
}

extension ModuleFunction {
  /// `em.family`
  static func families(_ registry: Registry) -> [ModuleFunction] {
    [
      ModuleFunction(
        "family", "em.family(definition)", "a Family of the script's own, registered by its name",
        example: "em.family{ name = \"rayleigh\", log_density = …, statistics = …, estimate = … }",
        options: OptionList.family.help
      ) { call in
        var functions = ScriptFunctions()
        try OptionList.family.apply(call.table(1, "definition"), to: &functions)
        try functions.validate(reserved: registry.ownNames + ["product"])
        let definition = ScriptDefinition(functions: functions)
        registry.catalogue.register(definition)
        registry.scripted.append(definition.name)
        try registry.provide([registry.familyFunction(definition.name)].compactMap { $0 })
        return FamilyObject(definition, script: definition)
      }
    ]
  }
}
