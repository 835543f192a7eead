#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// ln x of the C library; the one place of the core that names it.
@inline(__always)
func naturalLog(_ x: Double) -> Double { log(x) }

/// eˣ of the C library.
@inline(__always)
func exponential(_ x: Double) -> Double { exp(x) }

/// eˣ − 1 of the C library, to its own last digit.
@inline(__always)
func exponentialLessOne(_ x: Double) -> Double { expm1(x) }

/// 1 − erf x of the C library, which keeps its digits where erf x is nearly 1.
func complementaryErrorFunction(_ x: Double) -> Double { erfc(x) }

/// cos x of the C library.
func cosine(_ x: Double) -> Double { cos(x) }
private func sine(_ x: Double) -> Double { sin(x) }
private func tangent(_ x: Double) -> Double { tan(x) }
private func decimalLog(_ x: Double) -> Double { log10(x) }
private func binaryLog(_ x: Double) -> Double { log2(x) }
private func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }

/// Elementary functions for authors of families, so that plugins need no other library.
public enum Elementary {
  /// ln x, but at least `limit`, also for x ≤ 0.
  public static func log(_ x: Double, atLeast limit: Double = -.infinity) -> Double {
    x > 0 ? max(naturalLog(x), limit) : limit
  }

  /// eˣ.
  public static func exp(_ x: Double) -> Double { exponential(x) }

  /// eˣ − 1, to its own last digit.
  public static func expm1(_ x: Double) -> Double { exponentialLessOne(x) }

  /// ln(1 + x).
  public static func log1p(_ x: Double) -> Double { logOnePlus(x) }

  /// log₂ x.
  public static func log2(_ x: Double) -> Double { binaryLog(x) }

  /// log₁₀ x.
  public static func log10(_ x: Double) -> Double { decimalLog(x) }

  /// sin x.
  public static func sin(_ x: Double) -> Double { sine(x) }

  /// cos x.
  public static func cos(_ x: Double) -> Double { cosine(x) }

  /// tan x.
  public static func tan(_ x: Double) -> Double { tangent(x) }

  /// x to the power y.
  public static func pow(_ x: Double, _ y: Double) -> Double { power(x, y) }

  /// ln Γ(x) for x > 0.
  public static func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }
}

private func logOnePlus(_ x: Double) -> Double { log1p(x) }

/// ln(2π).
let logTwoPi = 1.8378770664093454835606594728112

/// Seconds on a clock that never goes back.
func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Number of processors that may be used.
func availableCores() -> Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

/// Asks for large pages for memory that is written soon, where it is large: fewer page faults.
func adviseHugePages(_ start: UnsafeMutableRawPointer, bytes: Int) {
  #if os(Linux)
    let page = 1 << 21
    let first = (UInt(bitPattern: start) + UInt(page) - 1) & ~(UInt(page) - 1)
    let end = (UInt(bitPattern: start) + UInt(bytes)) & ~(UInt(page) - 1)
    guard end > first, let begin = UnsafeMutableRawPointer(bitPattern: first) else { return }
    // A wish: memory is as good without.
    _ = madvise(begin, Int(end - first), 14)  // MADV_HUGEPAGE
  #endif
}
