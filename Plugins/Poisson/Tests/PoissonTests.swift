import Emulsion
import EmulsionPoisson
import Testing

@Suite struct PoissonTests {
}
