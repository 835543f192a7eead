import Emulsion
import EmulsionBernoulli
import EmulsionExponential
import EmulsionPoisson
import EmulsionRegression
import EmulsionStudentT

extension Catalogue {
  /// The core's catalogue with every family that comes along as a plugin.
  public static let withPlugins: Catalogue = {
    var catalogue = Catalogue.standard
    catalogue.register(Bernoulli())
    catalogue.register(Exponential())
    catalogue.register(Poisson())
    catalogue.register(Regression())
    catalogue.register(StudentT())
    return catalogue
  }()
}
