import Emulsion

/// What columns of text say of the decimal sign, where nobody said what it is.
///
/// `1,5` has a decimal comma, `1,000,000` and `1,200.5` have thousands; `1,200` may have either.
struct DecimalGuess {
  private var comma = Evidence()
  private var point = Evidence()
  /// What sets thousands apart that can do nothing else: a space or an apostrophe.
  private var separator: Character?

  private struct Evidence {
    /// A number that must have it as its decimal sign, as its sign of thousands, and that may have either.
    var decimal: String?
    var thousands: String?
    var either: String?
  }

  /// What the columns are written in.
  enum Finding {
    case nothing
    case style(decimal: Character, thousands: Character?)
    case doubt(String)
  }

  /// Looks at a column of texts; one that holds anything but numbers of some style says nothing.
  mutating func add(_ texts: [String?]) {
    var found = self
    var isAny = false
    for case let text? in texts {
      let (plain, separator) = Self.withoutSeparators(text)
      if let separator {
        isAny = true
        found.separator = found.separator ?? separator
      }
      let kind = Self.kind(plain)
      switch kind {
      case .none: return
      case .plain: break
      case .mark(let sign, let isDecimal):
        isAny = true
        let path = sign == UInt8(ascii: ",") ? \DecimalGuess.comma : \DecimalGuess.point
        switch isDecimal {
        case true?: found[keyPath: path].decimal = found[keyPath: path].decimal ?? text
        case false?: found[keyPath: path].thousands = found[keyPath: path].thousands ?? text
        case nil: found[keyPath: path].either = found[keyPath: path].either ?? text
        }
      case .both(let sign):
        isAny = true
        let isComma = sign == UInt8(ascii: ",")
        let decimal: WritableKeyPath<DecimalGuess, Evidence> = isComma ? \.comma : \.point
        let thousands: WritableKeyPath<DecimalGuess, Evidence> = isComma ? \.point : \.comma
        found[keyPath: decimal].decimal = text
        found[keyPath: thousands].thousands = text
      }
    }
    if isAny { self = found }
  }

  /// What all columns together say; `decimal` where it is known that commas are decimal.
  ///
  /// - Parameter thousands: What is known to separate groups of digits.
  func finding(hasDecimalComma: Bool, thousands: Character? = nil) -> Finding {
    if let sign = thousands ?? separator {
      // Other signs can't separate thousands then.
      let isComma = hasDecimalComma || comma.decimal ?? comma.either != nil
      let decimal: Character = isComma ? "," : "."
      if let text = isComma ? point.decimal : nil {
        return .doubt(
          "\(quoted(comma.decimal ?? comma.either ?? "")) has a decimal comma, but \(quoted(text)) has not"
        )
      }
      if let text = comma.thousands ?? point.thousands, sign != ",", sign != "." {
        return .doubt(
          "thousands are set apart by \(quoted(String(sign))), but not in \(quoted(text))")
      }
      return decimal == sign ? .nothing : .style(decimal: decimal, thousands: sign)
    }
    if hasDecimalComma {
      if let text = point.decimal {
        return .doubt("decimal signs are commas, but \(quoted(text)) has a point")
      }
      let isGrouped = point.thousands != nil || point.either != nil
      return isGrouped ? .style(decimal: ",", thousands: ".") : .nothing
    }
    if let text = comma.decimal {
      if let other = comma.thousands ?? point.decimal {
        return .doubt("\(quoted(text)) has a decimal comma, but \(quoted(other)) has not")
      }
      return .style(decimal: ",", thousands: point.thousands == nil ? nil : ".")
    }
    if comma.thousands != nil { return .style(decimal: ".", thousands: ",") }
    if let text = comma.either {
      return .doubt("the comma in \(quoted(text)) may be a decimal sign or separate thousands")
    }
    return point.thousands == nil ? .nothing : .style(decimal: ",", thousands: ".")
  }

  /// Whether a cell is a number whose points may set thousands apart; `nil` for one that is too small to have any.
  static func hasGroups(_ cell: [UInt8]) -> Bool? {
    let digits = cell.filter(isDigit)
    switch kind(cell) {
    case .plain: return digits.count > 3 ? false : nil
    case .mark(let sign, isDecimal: nil):
      return sign == UInt8(ascii: ".") && digits.first != UInt8(ascii: "0")
    case .none: return cell.isEmpty ? nil : false
    default: return false
    }
  }

  private enum Kind {
    case none
    /// A number without a comma, and without points but one that may be decimal.
    case plain
    /// One sign, which is decimal, of thousands, or either.
    case mark(UInt8, isDecimal: Bool?)
    /// Groups of thousands, then a decimal sign.
    case both(decimal: UInt8)
  }

  /// The bytes of a cell without spaces or apostrophes between groups of three digits, and which of these there were.
  private static func withoutSeparators(_ text: String) -> (bytes: [UInt8], Character?) {
    let bytes = Array(text.utf8)
    let isBlank = ThousandsSign.blanks.contains
    let signs =
      text.contains(where: ThousandsSign.apostrophes.contains)
      ? ThousandsSign.apostrophes : ThousandsSign.blanks
    guard text.contains(where: signs.contains) else { return (bytes, nil) }
    var trimmed = Substring(text)
    while let first = trimmed.first, isBlank(first) { trimmed.removeFirst() }
    while let last = trimmed.last, isBlank(last) { trimmed.removeLast() }
    let whole = trimmed.prefix { $0 != "," && $0 != "." }
    let groups = whole.split(omittingEmptySubsequences: false, whereSeparator: signs.contains)
    let areDigits = groups.enumerated().allSatisfy { place, group in
      let digits = place == 0 ? group.drop { $0 == "-" || $0 == "+" } : group
      return digits.allSatisfy { ("0"..."9").contains($0) }
        && (place == 0 ? (1...3).contains(digits.count) : digits.count == 3)
    }
    guard groups.count > 1, areDigits else { return (bytes, nil) }
    return (Array((groups.joined() + trimmed[whole.endIndex...]).utf8), signs[0])
  }

  /// What a cell shows.
  private static func kind(_ bytes: [UInt8]) -> Kind {
    var text = bytes[...]
    while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
    while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
    if let sign = text.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      text.removeFirst()
    }
    let mantissa = text.prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }
    let exponent = text.dropFirst(mantissa.count)
    if !exponent.isEmpty {
      let digits = exponent.dropFirst().drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
      guard !digits.isEmpty, digits.allSatisfy(isDigit) else { return .none }
    }
    let signs = mantissa.filter { !isDigit($0) }
    guard mantissa.contains(where: isDigit),
      signs.allSatisfy({ $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ".") })
    else { return .none }
    guard let last = signs.last else { return .plain }
    let parts = mantissa.split(omittingEmptySubsequences: false) { !isDigit($0) }
    let hasGroups = { (groups: ArraySlice<ArraySlice<UInt8>>) in
      groups.dropFirst().allSatisfy { $0.count == 3 } && (1...3).contains(groups.first?.count ?? 0)
    }
    if Set(signs).count == 2 {
      // Groups first, then one decimal sign.
      guard signs.dropLast().allSatisfy({ $0 != last }), hasGroups(parts.dropLast()) else {
        return .none
      }
      return .both(decimal: last)
    }
    let isGrouped = hasGroups(parts[...])
    if signs.count > 1 { return isGrouped ? .mark(last, isDecimal: false) : .none }
    if last == UInt8(ascii: ".") { return .mark(last, isDecimal: isGrouped ? nil : true) }
    let isZero = parts[0].first == UInt8(ascii: "0")
    return .mark(last, isDecimal: isGrouped && !isZero && exponent.isEmpty ? nil : true)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
