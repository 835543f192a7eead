import Emulsion
import EmulsionBernoulli
import Testing

@Suite struct BernoulliTests {
}
