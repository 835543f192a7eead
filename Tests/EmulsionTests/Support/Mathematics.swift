import Foundation

/// ln x, of the C library.
func logarithm(_ x: Double) -> Double { log(x) }
/// eˣ, of the C library.
func power(_ x: Double) -> Double { exp(x) }
