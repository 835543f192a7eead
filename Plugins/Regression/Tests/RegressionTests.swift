import Emulsion
import EmulsionRegression
import Testing

@Suite struct RegressionTests {
}
