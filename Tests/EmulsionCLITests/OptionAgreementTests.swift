import Emulsion
import Foundation
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

  /// The sources that offer what stands in the tables.
  private static let doors = [
    "EmulsionLua/Fitting/FitRequest.swift", "EmulsionLua/Fitting/KMeansRequest.swift",
    "EmulsionCLI/Options/FitSettings.swift", "EmulsionCLI/Commands/FitCommand.swift",
    "EmulsionCLI/Commands/SelectCommand.swift",
  ]

  @Test func `no door has an option of the tables, or a number for a default, of its own`() throws {
    // Lists of them are an option of searches alone.
    let tabled = Set(FitOptions.table.map(\.name) + SelectionOptions.table.map(\.name))
      .subtracting(["components"])
    for door in Self.doors {
      let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../Sources/" + door)
      let text = try String(contentsOf: path, encoding: .utf8)
      for name in text.matches(of: #/LuaOption\(\s*"(\w+)"/#).map({ String($0.1) }) {
        #expect(!tabled.contains(name), "\(door) has an option \(name)")
      }
      for property in text.matches(of: #/@(?:Option|Flag)[^@]*?var (\w+)/#).map({ String($0.1) }) {
        let name = property.reduce(into: "") {
          $0 += $1.isUppercase ? "_\($1.lowercased())" : String($1)
        }
        #expect(!tabled.contains(name), "\(door) has a flag \(name)")
      }
      #expect(text.firstMatch(of: #/LuaOption\(\s*"\w+",\s*"[0-9]/#) == nil, "\(door)")
      #expect(text.firstMatch(of: #/var \w+: (?:Int|Double|UInt64) = [0-9]/#) == nil, "\(door)")
    }
  }

  @Test(arguments: ["fit", "select"])
  func `help and flags tell the defaults of the tables`(function: String) throws {
    let flags = try flags(of: function)
    let scripts = try Dictionary(uniqueKeysWithValues: scriptOptions(of: function).map { ($0, $1) })
    let isFit = function == "fit"
    let told =
      FitOptions.table.filter { $0.scopes.contains(isFit ? .fit : .select) }
      .map { ($0.name, $0.standard) }
      + (isFit ? [] : SelectionOptions.table.map { ($0.name, $0.standard) })
    for (name, standard) in told {
      #expect(scripts[name] == standard)
      let text = try #require(flags[name.replacing("_", with: "-")])
      guard standard != "none" else { continue }
      #expect(text.contains("(default: \(standard.replacing("\"", with: "")))"), "\(name)")
    }
  }
}
