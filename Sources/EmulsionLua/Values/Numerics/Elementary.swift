#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }
func errorFunction(_ x: Double) -> Double { erf(x) }
private func complement(_ x: Double) -> Double { erfc(x) }

/// Φ(x), the normal distribution function, with all digits in the lower tail.
func normalDistribution(_ x: Double) -> Double { 0.5 * complement(-x * 0.5.squareRoot()) }

/// ln Φ(x): by the complement above 0, and where Φ leaves the doubles by its asymptotic series (Abramowitz &
/// Stegun 1964, 26.2.12).
func logNormalDistribution(_ x: Double) -> Double {
  if x > 0 { return log1p(-normalDistribution(-x)) }
  if x > -37 { return log(normalDistribution(x)) }
  let t = 1 / (x * x)
  let series = 1 - t * (1 - 3 * t * (1 - 5 * t * (1 - 7 * t)))
  return -0.5 * x * x - log(-x) - 0.5 * log(2 * Double.pi) + log(series)
}
