/// An option of fits, searches or k-means, said once: scripts, the command's flags, both their helps, checks,
/// manifests and reports of how a model was made follow from it.
///
/// What has a grammar of its own in each front, such as known labels, stands there instead.
package struct OptionSpec<Target: Sendable>: Sendable {
  /// As scripts write it: `max_iterations`.
  package let name: String
  /// What it is, in a line.
  package let summary: String
  /// What its values are, and which part of the options they set.
  package let kind: OptionKind<Target>
  /// The default, as scripts write it or in words.
  package let standard: String
  /// The default, as manifests write it.
  private let toldStandard: String?
  /// Whether manifests tell of it.
  package let telling: OptionTelling
  /// Where it can be given.
  package let scopes: OptionScopes

  init(
    _ name: String, _ summary: String, _ kind: OptionKind<Target>,
    default standard: String = "none", in target: Target,
    telling: OptionTelling = .whereChanged, scopes: OptionScopes = [.fit, .select]
  ) {
    (self.name, self.summary, self.kind) = (name, summary, kind)
    (self.telling, self.scopes) = (telling, scopes)
    self.standard = kind.text(of: target, for: .script) ?? standard
    toldStandard = kind.text(of: target, for: .manifest)
  }

  /// Checks the value that options have.
  ///
  /// - Throws: `invalid-option` for one out of bounds.
  func check(_ target: Target) throws {
    switch kind {
    case .wholeNumber(let place, let least, let most):
      guard let value = place.get(target) else { return }
      try requireOption(value >= least, name, "a whole number ≥ \(least)", value)
      try requireOption(value <= most, name, "at most \(most)", value)
    case .number(let place, let range):
      guard let value = place.get(target) else { return }
      try requireOption(range.contains(value), name, range.description, value)
    case .truth, .seed, .named: return
    }
  }

  /// What a manifest says of it, where it has to.
  func told(_ target: Target) -> String? {
    let text = kind.text(of: target, for: .manifest)
    switch telling {
    case .always: return text
    case .whereChanged: return text == toldStandard ? nil : text
    case .never: return nil
    }
  }

  /// Whether its values are names.
  package var isName: Bool {
    if case .named = kind { true } else { false }
  }

  /// What a manifest's options say of it, where that is not the default.
  package func changed(in told: [String: String]) -> String? {
    told[name].flatMap { $0 == toldStandard ? nil : $0 }
  }
}

/// Whether manifests tell of an option.
package enum OptionTelling: Sendable {
  case always
  /// Where it is not the default.
  case whereChanged
  /// It makes no difference to the result, or stands elsewhere.
  case never
}

/// Where an option can be given.
package struct OptionScopes: OptionSet, Sendable {
  package let rawValue: Int
  package init(rawValue: Int) { self.rawValue = rawValue }

  /// One fit.
  package static let fit = OptionScopes(rawValue: 1)
  /// A search over a grid.
  package static let select = OptionScopes(rawValue: 2)
  /// A fit that goes on from a model.
  package static let resume = OptionScopes(rawValue: 4)
}

/// What an option's values are.
package enum OptionKind<Target: Sendable>: Sendable {
  case wholeNumber(OptionPlace<Target, Int>, least: Int, most: Int = .max)
  case number(OptionPlace<Target, Double>, NumberRange)
  case truth(OptionPlace<Target, Bool>)
  /// Any 64 bits.
  case seed(OptionPlace<Target, UInt64>)
  case named(NamedOption<Target>)

  /// A value as text, for whom it is meant; `nil` where there is none.
  fileprivate func text(of target: Target, for reader: OptionReader) -> String? {
    switch (self, reader) {
    case (.wholeNumber(let place, _, _), _): place.get(target).map { "\($0)" }
    case (.number(let place, _), .script): place.get(target).map(\.brief)
    case (.number(let place, _), .manifest): place.get(target).map { "\($0)" }
    case (.truth(let place), _): place.get(target).map { "\($0)" }
    case (.seed(let place), _): place.get(target).map { "\(Int64(bitPattern: $0))" }
    case (.named(let option), .script): quoted(option.name(target))
    case (.named(let option), .manifest): option.name(target)
    }
  }
}

/// Who reads the text of a value.
private enum OptionReader {
  case script, manifest
}

/// The part of options that one of them sets.
package struct OptionPlace<Target: Sendable, Value>: Sendable {
  /// Its value; `nil` where there is none.
  package let get: @Sendable (Target) -> Value?
  /// Sets it.
  package let set: @Sendable (inout Target, Value) throws -> Void

  init(
    get: @escaping @Sendable (Target) -> Value? = { _ in nil },
    set: @escaping @Sendable (inout Target, Value) throws -> Void
  ) {
    (self.get, self.set) = (get, set)
  }

  init(_ path: any WritableKeyPath<Target, Value> & Sendable) {
    self.init(get: { $0[keyPath: path] }, set: { $0[keyPath: path] = $1 })
  }

  init(_ path: any WritableKeyPath<Target, Value?> & Sendable) {
    self.init(get: { $0[keyPath: path] }, set: { $0[keyPath: path] = $1 })
  }
}

/// An option whose values are registered under names.
package struct NamedOption<Target: Sendable>: Sendable {
  /// What the value is called.
  let name: @Sendable (Target) -> String
  /// Sets what has a name.
  ///
  /// - Throws: `invalid-option` with the nearest valid name.
  package let set: @Sendable (inout Target, String, Catalogue) throws -> Void
  /// The names that there are.
  package let names: @Sendable (Catalogue) -> [String]
}

/// Which numbers an option may be.
package struct NumberRange: Sendable, CustomStringConvertible {
  package let description: String
  let contains: @Sendable (Double) -> Bool

  /// Finite numbers from `least` on.
  static func atLeast(_ least: Double) -> NumberRange {
    NumberRange(description: "a number ≥ \(least.brief)") { $0 >= least && $0.isFinite }
  }

  /// Numbers above a bound.
  static func above(_ bound: Double, _ noun: String = "a number") -> NumberRange {
    NumberRange(description: "\(noun) above \(bound.brief)") { $0 > bound }
  }

  /// Numbers from `least` up to but not including `bound`.
  static func from(_ least: Double, below bound: Double) -> NumberRange {
    NumberRange(description: "a number in [\(least.brief), \(bound.brief))") {
      $0 >= least && $0 < bound
    }
  }
}
