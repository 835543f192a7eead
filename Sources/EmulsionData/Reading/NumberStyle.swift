import Emulsion

/// How numbers are written that are not written as programs do: a decimal comma, groups of thousands.
struct NumberStyle: Sendable {
  private let decimal: UInt8
  /// What may stand between groups of three digits; nothing where there are no groups.
  private let thousands: [[UInt8]]

  /// - Throws: `invalid-option` where one sign can't be told from the other or from a digit.
  init?(decimal: Character?, thousands: Character?) throws {
    if decimal == nil || decimal == ".", thousands == nil { return nil }
    let point = decimal ?? (thousands == "." ? "," : ".")
    guard let byte = point.asciiValue, point == "." || point == "," else {
      throw EmulsionError(.invalidOption, "decimal must be \".\" or \",\", not \"\(point)\"")
    }
    if let thousands {
      guard !thousands.isNumber, !thousands.isLetter, !"+-\"\r\n".contains(thousands) else {
        throw EmulsionError(
          .invalidOption,
          "thousands: \"\(thousands)\" can not stand between digits; give a sign such as "
            + "\",\", \".\", \" \" or \"'\"")
      }
      guard thousands != point else {
        throw EmulsionError(
          .invalidOption,
          "decimal and thousands are both \"\(thousands)\"; numbers could not be told")
      }
    }
    self.decimal = byte
    self.thousands = (thousands.map(ThousandsSign.alike) ?? []).map { Array(String($0).utf8) }
  }

  /// The number in a cell; `nil` where it is none in this style.
  func number(in content: UnsafeBufferPointer<UInt8>) -> Double? {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: content.count) { buffer in
      guard let count = rewrite(content, into: buffer) else { return nil }
      return DecimalParser.number(in: UnsafeBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// The digits of a cell as programs write them, for what looks at these.
  func plain(_ content: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: content.count) { buffer in
      result = rewrite(content, into: buffer).map { Array(buffer[..<$0]) } ?? Array(content)
    }
    return result
  }

  /// Writes the number with a decimal point and without groups; gives the count of bytes, `nil` where a sign
  /// stands where it can't.
  private func rewrite(
    _ content: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>
  ) -> Int? {
    let point = UInt8(ascii: ".")
    var (count, i) = (0, 0)
    // Digits since the number's or the last group's start, and whether there was a group or the decimal sign.
    var (digits, hasGroups, hasPoint) = (0, false, false)
    while i < content.count {
      let byte = content[i]
      if byte &- UInt8(ascii: "0") < 10 {
        digits += 1
      } else if byte == decimal {
        if hasPoint || hasGroups && digits != 3 { return nil }
        hasPoint = true
        target[count] = point
        count += 1
        i += 1
        continue
      } else if !hasPoint, digits > 0, let length = sign(content, i) {
        // Groups have three digits, the first one to three.
        let isBetween =
          i + length < content.count && content[i + length] &- UInt8(ascii: "0") < 10
        if isBetween {
          guard hasGroups ? digits == 3 : digits <= 3 else { return nil }
          (hasGroups, digits) = (true, 0)
          i += length
          continue
        }
      } else if byte == point {
        return nil
      }
      if !(byte &- UInt8(ascii: "0") < 10), hasGroups, !hasPoint, digits != 3 { return nil }
      target[count] = byte
      count += 1
      i += 1
    }
    return hasGroups && !hasPoint && digits != 3 ? nil : count
  }

  /// The bytes of the sign of thousands that stands at a place; `nil` where there is none.
  private func sign(_ content: UnsafeBufferPointer<UInt8>, _ i: Int) -> Int? {
    thousands.first { sign in
      sign.indices.allSatisfy { i + $0 < content.count && content[i + $0] == sign[$0] }
    }?.count
  }
}
