import ArgumentParser

/// A whole number of 64 bits, with a sign or without, that random numbers are keyed by.
struct Seed: ExpressibleByArgument, Codable, Hashable, Sendable {
  let value: UInt64

  init(_ value: UInt64) { self.value = value }

  init?(argument: String) {
    guard let value = UInt64(argument) ?? Int64(argument).map(UInt64.init(bitPattern:)) else {
      return nil
    }
    self.value = value
  }

  var defaultValueDescription: String { "\(value)" }
}
