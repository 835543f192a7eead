#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Double {
  /// The number with at most `significant` significant digits, without trailing zeros.
  public func formatted(significant digits: Int) -> String {
    formatted("%.\(max(1, digits))g")
  }

  /// The number with exactly `decimals` digits after the point.
  public func formatted(decimals: Int) -> String { formatted("%.\(max(0, decimals))f") }

  /// The number as people write it: 0, 0.01, 1e-8.
  package var brief: String {
    guard !isNaN else { return "nan" }
    return Int(exactly: self).map { "\($0)" } ?? "\(self)".replacing("e-0", with: "e-")
  }

  private func formatted(_ format: String) -> String {
    guard isFinite else { return isNaN ? "nan" : self < 0 ? "-inf" : "inf" }
    let value = self == 0 ? 0 : self
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      _ = withVaList([value]) { vsnprintf(start, buffer.count, format, $0) }
      return String(cString: start)
    }
  }
}
