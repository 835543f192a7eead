import Emulsion
import LuaBridge

extension OptionList where Target == VariationalBayes {
  /// The options of `em.variational`.
  static var variational: OptionList {
    OptionList(options: [
      LuaOption("weights", "\"dirichlet-process\"", "or \"dirichlet\": the prior of the weights") {
        $1.weights = try $0.choice("weights", of: VariationalBayes.Weights.self)
      },
      LuaOption(
        "concentration", "1/K", "that of the prior: the smaller, the fewer components keep rows"
      ) { $1.concentration = try $0.real("concentration") },
      LuaOption("mean", "column means", "the prior mean: one number a column") {
        $1.mean = try $0.oneOrMore("mean")
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
