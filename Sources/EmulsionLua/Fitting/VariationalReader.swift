import Emulsion
import LuaBridge

extension OptionList where Target == VariationalBayes {
  /// The options of `em.variational`.
  static var variational: OptionList {
    let kinds = VariationalBayes.Weights.allCases.map(\.rawValue)
    return OptionList(options: [
      LuaOption("weights", "\"dirichlet-process\"", "or \"dirichlet\": the prior of the weights") {
        let name = try $0.text("weights")
        guard let kind = VariationalBayes.Weights(rawValue: name) else {
          throw EmulsionError(
            .invalidOption, "weights: there is no \"\(name)\"" + nameHint(for: name, among: kinds))
        }
        $1.weights = kind
      },
      LuaOption(
        "concentration", "1/K", "that of the prior: the smaller, the fewer components keep rows"
      ) { $1.concentration = try $0.real("concentration") },
      LuaOption("mean", "column means", "the prior mean: one number a column") {
        guard let mean = try $0.number.map({ [$0] }) ?? $0.numberList() else {
          throw $0.mustBe("mean", "a list of numbers or a Vector")
        }
        $1.mean = mean
      },
      LuaOption("mean_precision", "1", "how many rows the prior mean counts for") {
        $1.meanPrecision = try $0.real("mean_precision")
      },
      LuaOption("degrees_of_freedom", "columns", "those of the prior of precisions") {
        $1.degreesOfFreedom = try $0.real("degrees_of_freedom")
      },
      LuaOption(
        "covariance", "that of the rows",
        "the prior covariance: a Matrix, a list of variances, or one number for spheres"
      ) { $1.covariance = try $0.parameterValue("covariance") },
    ])
  }
}

extension VariationalPosterior {
  /// The concentrations of the weights: a Vector, or those of both sides of each stick.
  var concentrationValue: any LuaConvertible {
    let width = concentrations.first?.count ?? 0
    let lists = (0..<width).map { side in VectorObject(concentrations.map { $0[side] }) }
    return width == 1 ? lists[0] : lists
  }
}
