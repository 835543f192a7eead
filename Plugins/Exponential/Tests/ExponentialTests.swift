import Emulsion
import EmulsionExponential
import Testing

@Suite struct ExponentialTests {
}
