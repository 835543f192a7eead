import Emulsion
import LuaBridge

extension ModuleFunction {
  /// `em.factors`.
  static var factors: ModuleFunction {
    ModuleFunction(
      "factors", "em.factors(q [, pattern])",
      "the covariance model of factor analysers: q factors, and what is shared or equal of loadings, uniquenesses, columns",
      example: "em.fit(em.dataset(\"wine\"), { covariance = em.factors(2, \"UCU\") }).loadings"
    ) { call in
      var letters = "UUU"
      if call.has(2) { letters = try call.string(2, "pattern") }
      let pattern = try FactorPattern(factors: call.integer(1, "q"), letters: letters)
      return FactorAnalyzers(pattern).name
    }
  }
}

extension Model {
  /// A parameter of all components that is of factor analysers alone; `nil` where covariances are no such ones.
  func values(of name: String) -> [any LuaConvertible]? {
    guard let covariance, (try? catalogue.covarianceModel(named: covariance))?.factorPattern != nil
    else { return nil }
    return parameters.compactMap { list -> (any LuaConvertible)? in
      switch list.first(where: { $0.name == name })?.value {
      case .matrix(let matrix): matrixObject(matrix)
      case .vector(let numbers): vectorObject(numbers)
      default: nil
      }
    }
  }
}
