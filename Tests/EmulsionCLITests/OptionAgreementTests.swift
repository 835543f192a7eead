import Testing

/// The command has the options of `em.fit` and `em.select`, under the same names and with the same
/// defaults.
@Suite struct OptionAgreementTests {
  /// What a script alone can give.
  private static let scripted: Set<String> = ["families"]
  /// Which flags an option is, where it is not one of its own name.
  private static let renamed = ["missing": "missing-rows"]

  /// The options that `help` tells of a function, with their defaults as it shows them.
  private func scriptOptions(of function: String) throws -> [(name: String, standard: String)] {
    let help = try Command.run("-e", "print(help('\(function)'))").output
    return help.split(separator: "\n").compactMap { line in
      line.firstMatch(of: #/^  (\w+) \((.*?)\) /#).map { (String($0.1), String($0.2)) }
    }
  }

  /// What the usage says of each flag, on one line.
  private func flags(of command: String) throws -> [String: String] {
    let words = try Command.run(command, "--help").output.split { $0 == " " || $0 == "\n" }
    var texts: [String: String] = [:]
    var flag: String?
    for word in words {
      if word.hasPrefix("--") {
        flag = String(word.dropFirst(2).prefix { $0 != "/" })
      }
      if let flag { texts[flag, default: ""] += "\(word) " }
    }
    return texts
  }

  @Test(arguments: ["fit", "select"])
  func `the command knows what scripts do`(function: String) throws {
    let flags = try flags(of: function)
    let own = try scriptOptions(of: function)
    #expect(own.count > 15)
    for (name, standard) in own where !Self.scripted.contains(name) {
      let flag = Self.renamed[name] ?? name.replacing("_", with: "-")
      let text = try #require(flags[flag], "emulsion \(function) has no --\(flag)")
      guard let told = text.firstMatch(of: #/\(default: ([^)]*)\)/#)?.1, told != "on a terminal",
        told != "all cores"
      else { continue }
      let plain = standard.replacing("\"", with: "")
      if let number = Double(plain) {
        #expect(Double(told) == number, "--\(flag)")
      } else if name != "components" && name != "covariance" {
        #expect(told == plain, "--\(flag)")
      }
    }
  }
}
