import CEmulsionPlugin
import Emulsion

/// The functions of one family in a shared library, with Swift's errors in place of statuses.
///
/// The interface promises that tables stay as they are, and that as many threads may call as the
/// family says: that makes them `Sendable`.
struct PluginFunctions: @unchecked Sendable {
  let table: emulsion_family
  let name: String
  let parameters: [PluginParameter]
  let support: Support
  /// The library's path.
  let library: String

  /// The number of columns it describes; any where `nil`.
  var columns: Int? { table.columns == 0 ? nil : Int(table.columns) }

  /// How many threads may call at once.
  var maximumConcurrency: Int {
    table.maximum_threads == 0 ? .max : Int(table.maximum_threads)
  }

  /// Calls a function that says by its result whether it went well.
  ///
  /// - Throws: `degenerate`, or `script` with the family, the function and the text it left.
  func call(_ function: String, _ body: (UnsafeMutablePointer<CChar>?) -> Int32?) throws {
    let size = Int(EMULSION_TEXT_SIZE)
    try withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { text in
      text[0] = 0
      let status = body(text.baseAddress) ?? EMULSION_FAILED
      if status == EMULSION_OK { return }
      let message = text.prefix(size - 1).line
      guard status == EMULSION_FAILED || status == EMULSION_DEGENERATE else {
        throw failure(
          function,
          "gave the status \(status), which is none" + (message.isEmpty ? "" : ": \(message)"))
      }
      throw failure(
        function, message.isEmpty ? "failed without a word" : message,
        status == EMULSION_DEGENERATE ? .degenerate : .script)
    }
  }

  /// The error that a function did what it must not.
  func failure(_ function: String, _ problem: String, _ code: EmulsionError.Code = .script)
    -> EmulsionError
  {
    EmulsionError(code, "the family \"\(name)\" of \(library): \(function): \(problem)")
  }

  /// Numbers that a function writes, one a parameter and place, after checking them.
  func parameterValues(
    _ function: String, columns: Int,
    _ body: (UnsafeMutablePointer<Double>?, UnsafeMutablePointer<CChar>?) -> Int32?
  ) throws -> [Double] {
    // What it forgets to write is found.
    let count = parameters.count(columns)
    let values = try guarded([Double](repeating: .nan, count: count), function) { values in
      try call(function) { body(values, $0) }
    }
    if let (name, value) = parameters.firstWrong(in: values, columns: columns) {
      throw failure(function, "gave \(name) = \(value.formatted(significant: 6))")
    }
    return values
  }

  /// What a function makes of numbers in place, with a few more behind them that it must not touch.
  ///
  /// - Throws: What `body` throws, or `script` where it wrote past the end.
  func guarded(
    _ values: [Double], _ function: String, _ body: (UnsafeMutablePointer<Double>?) throws -> Void
  ) throws -> [Double] {
    let canary = 0x1.badc0ffee0ddfp-900
    var all = values + Array(repeating: canary, count: 4)
    try all.withUnsafeMutableBufferPointer { try body($0.baseAddress) }
    guard all.suffix(4).allSatisfy({ $0 == canary }) else {
      throw failure(function, "wrote past the end of its \(values.count.counted("number"))")
    }
    return Array(all.dropLast(4))
  }

  /// What is wrong with an estimate, in the family's words.
  func problem(_ values: [Double], columns: Int, count: Double) -> String? {
    let size = Int(EMULSION_TEXT_SIZE)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { text in
      text[0] = 0
      let found = table.problem?(
        table.context, UInt32(columns), values, count, text.baseAddress)
      guard let found, found != 0 else { return nil }
      let message = text.prefix(size - 1).line
      return message.isEmpty ? "is untrustworthy" : message
    }
  }
}

extension Slice<UnsafeMutableBufferPointer<CChar>> {
  /// The text up to the first zero, as one line.
  fileprivate var line: String {
    let bytes = prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      .joined(separator: " ")
  }
}
