import Emulsion
import EmulsionBernoulli
import EmulsionBeta
import EmulsionCategorical
import EmulsionExponential
import EmulsionGamma
import EmulsionLaplace
import EmulsionLogNormal
import EmulsionMultinomial
import EmulsionNegativeBinomial
import EmulsionPoisson
import EmulsionRegression
import EmulsionStudentT
import EmulsionUniform
import EmulsionVonMisesFisher

extension Catalogue {
  /// The core's catalogue with every family that comes along as a plugin.
  public static let withPlugins: Catalogue = {
    var catalogue = Catalogue.standard
    catalogue.register(Bernoulli())
    catalogue.register(Beta())
    catalogue.register(Categorical())
    catalogue.register(Exponential())
    catalogue.register(Gamma())
    catalogue.register(Laplace())
    catalogue.register(LogNormal())
    catalogue.register(Multinomial())
    catalogue.register(NegativeBinomial())
    catalogue.register(Poisson())
    catalogue.register(Regression())
    catalogue.register(FormulaCovariates())
    catalogue.register(StudentT())
    catalogue.register(Uniform())
    catalogue.register(VonMisesFisher())
    return catalogue
  }()
}
