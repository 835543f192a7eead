import Emulsion

/// Which character separates the cells of a text, told from its first records.
///
/// A character does that where every record has as many of it, outside of quotes, and at least one.
struct DelimiterGuess {
  /// What the records say.
  enum Finding: Equatable {
    /// What the file's name says will do.
    case standard
    case other(UInt8)
    case doubt([UInt8])
  }

  private static let candidates = [",", ";", "\t", "|"].map { UInt8(ascii: $0) }
  /// Records that are looked at.
  private static let mostRecords = 50
  private static let mostBytes = 1 << 18

  /// Looks at the records from `start` on.
  ///
  /// - Parameters:
  ///   - standard: What the name of the file says.
  ///   - comment: What lines begin with that are none.
  static func finding(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, standard: UInt8, comment: UInt8?
  ) -> Finding {
    let records = records(bytes, start, comment)
    guard let first = records.first else { return .standard }
    let all = Set(candidates + [standard])
    let even = all.filter { sign in
      first[sign] ?? 0 > 0 && records.allSatisfy { $0[sign] == first[sign] }
    }
    // A header of a cell less, or a delimiter at the ends of some lines, is for the reader to see to.
    let isUsed = first[standard] ?? 0 > 0
    if even.contains(standard) {
      guard standard == UInt8(ascii: ","), even.contains(UInt8(ascii: ";")),
        hasDecimalCommas(bytes, start)
      else { return .standard }
      return .other(UInt8(ascii: ";"))
    }
    let others = even.subtracting([standard]).sorted()
    if others.count == 1 && (!isUsed || records.count > 1 && others[0] != UInt8(ascii: "|")) {
      return .other(others[0])
    }
    return others.count > 1 && !isUsed ? .doubt(others) : .standard
  }

  /// Whether nothing but spaces separates cells: every line has as many words, or the first one less, two at least,
  /// and some column is of numbers.
  static func hasColumnsOfSpaces(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, comment: UInt8?
  ) -> Bool {
    let lines = bytes[min(start, bytes.count)..<min(bytes.count, start + mostBytes)].split(
      maxSplits: mostRecords, whereSeparator: DelimitedText.endsLine)
    // The last one may be cut off.
    let whole = lines.count > mostRecords ? lines.dropLast() : lines[...]
    let words = whole.compactMap { line -> [[UInt8]]? in
      let words = Self.words(line)
      if words.isEmpty || comment != nil && words[0].first == comment { return nil }
      return line.contains(where: candidates.contains) ? [] : words
    }
    guard let first = words.first, let last = words.last, last.count > 1,
      words.dropFirst().allSatisfy({ $0.count == last.count }),
      first.count == last.count || first.count == last.count - 1
    else { return false }
    return last.indices.contains { j in
      words.dropFirst(words.count > 1 ? 1 : 0).allSatisfy { line in
        line[j].withUnsafeBufferPointer { DecimalParser.number(in: $0) != nil }
          || ["NA", "nan", "NaN"].contains(String(decoding: line[j], as: UTF8.self))
      }
    }
  }

  /// What spaces separate in a line; quotes hold words together.
  private static func words(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var (isQuoted, isInWord) = (false, false)
    for byte in line {
      if byte == 0x20 && !isQuoted {
        isInWord = false
        continue
      }
      if !isInWord { words.append([]) }
      isInWord = true
      words[words.count - 1].append(byte)
      if byte == DelimitedText.quote { isQuoted.toggle() }
    }
    return words
  }

  /// How often each candidate stands in each record.
  private static func records(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ comment: UInt8?
  ) -> [[UInt8: Int]] {
    var records: [[UInt8: Int]] = []
    var counts: [UInt8: Int] = [:]
    var (isQuoted, isEmpty) = (false, true)
    let end = min(bytes.count, start + mostBytes)
    var i = start
    while i < end && records.count < mostRecords {
      let byte = bytes[i]
      if isEmpty, byte == comment {
        while i < end && !DelimitedText.endsLine(bytes[i]) { i += 1 }
        continue
      }
      if byte == DelimitedText.quote {
        isQuoted.toggle()
      } else if !isQuoted, DelimitedText.endsLine(byte) {
        if !isEmpty { records.append(counts) }
        (counts, isEmpty) = ([:], true)
        i += 1
        continue
      } else if !isQuoted {
        if candidates.contains(byte) { counts[byte, default: 0] += 1 }
      }
      isEmpty = false
      i += 1
    }
    // The last record looked at may be cut off.
    if !isEmpty && end == bytes.count { records.append(counts) }
    return records
  }

  /// Whether the first records, cut at semicolons, are numbers with decimal commas in every cell.
  private static func hasDecimalCommas(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
    let lines = bytes[start..<min(bytes.count, start + 4096)].split(
      whereSeparator: DelimitedText.endsLine)
    var guess = DecimalGuess()
    let cells = lines.prefix(20).flatMap { $0.split(separator: UInt8(ascii: ";")) }
    guess.add(cells.map { String(decoding: $0, as: UTF8.self) })
    if case .style(decimal: ",", _) = guess.finding(hasDecimalComma: false) { return true }
    return false
  }
}

extension FileFormat {
  /// Whether a file's name says no more than that it is a text.
  static func isPlainText(_ path: String) -> Bool {
    var name = path.lowercased()[...]
    if name.hasSuffix(".gz") { name = name.dropLast(3) }
    return name.hasSuffix(".txt") || name.hasSuffix(".dat")
  }
}
