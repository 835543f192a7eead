import Emulsion
import LuaBridge

/// An option of a function that takes a table of options: its help, and what it does.
struct LuaOption<Target> {
  let name: String
  /// The default, as help shows it.
  let standard: String
  let summary: String
  /// What its texts are names of, for completion.
  let names: String?
  let apply: (LuaValue, inout Target) throws -> Void

  init(
    _ name: String, _ standard: String, _ summary: String, names: String? = nil,
    _ apply: @escaping (LuaValue, inout Target) throws -> Void
  ) {
    self.name = name
    self.standard = standard
    self.summary = summary
    self.names = names
    self.apply = apply
  }
}

/// Options by name; an unknown one is an error that names the nearest valid one.
struct OptionList<Target> {
  let options: [LuaOption<Target>]

  var names: [String] { options.map(\.name) }

  /// Applies a table of options.
  ///
  /// - Throws: `invalid-option` naming the option.
  func apply(_ table: LuaTable?, to target: inout Target) throws {
    guard let table else { return }
    var given: [String: LuaValue] = [:]
    for (key, value) in try table.pairs() {
      guard let name = key.string else {
        throw EmulsionError(
          .invalidOption,
          "options are named, as in { components = 3 }; \(key.explanation) is no option name")
      }
      guard names.contains(name) else { throw unknown(name) }
      given[name] = value
    }
    // In the order of the list, so that of several wrong options the same one is always told.
    for option in options {
      guard let value = given[option.name] else { continue }
      try option.apply(value, &target)
    }
  }

  private func unknown(_ name: String) -> EmulsionError {
    EmulsionError(
      .invalidOption, "unknown option \"\(name)\"" + nameHint(for: name, among: names))
  }
}

extension OptionList {
  /// The options for what holds a target as a part.
  func within<Whole>(_ part: WritableKeyPath<Whole, Target>) -> [LuaOption<Whole>] {
    options.map { option in
      LuaOption<Whole>(option.name, option.standard, option.summary, names: option.names) {
        (value: LuaValue, whole: inout Whole) in
        try option.apply(value, &whole[keyPath: part])
      }
    }
  }

  /// All but some of the options.
  func without(_ names: String...) -> OptionList {
    OptionList(options: options.filter { !names.contains($0.name) })
  }
}

extension LuaValue {
  /// The value of option `name` as one of a few names.
  func choice<Choice: CaseIterable & RawRepresentable>(
    _ name: String, of choices: Choice.Type
  ) throws -> Choice where Choice.RawValue == String {
    let text = try text(name)
    guard let choice = Choice(rawValue: text) else {
      throw EmulsionError(
        .invalidOption,
        "\(name): there is no \"\(text)\""
          + nameHint(for: text, among: Choice.allCases.map(\.rawValue)))
    }
    return choice
  }

  /// The value of option `name` as a whole number.
  func wholeNumber(_ name: String) throws -> Int {
    guard let value = integer else { throw mustBe(name, "a whole number") }
    return value
  }

  /// The value of option `name` as a number.
  func real(_ name: String) throws -> Double {
    guard let value = number else { throw mustBe(name, "a number") }
    return value
  }

  /// The value of option `name` as a text.
  func text(_ name: String) throws -> String {
    guard let value = string else { throw mustBe(name, "a string") }
    return value
  }

  /// The value of option `name` as true or false.
  func truth(_ name: String) throws -> Bool {
    guard case .boolean(let value) = self else { throw mustBe(name, "true or false") }
    return value
  }

  /// The error that option `name` is not what it must be.
  func mustBe(_ name: String, _ what: String) -> EmulsionError {
    EmulsionError(.invalidOption, "\(name) must be \(what), not \(explanation)")
  }
}
