import ArgumentParser
import Emulsion

/// Which options of a table a command has as flags.
protocol FlagTable {
  associatedtype Options: Sendable
  static var specs: [OptionSpec<Options>] { get }
}

/// Options of one fit alone.
enum FlagsOfOneFit: FlagTable {
  static var specs: [OptionSpec<FitOptions>] {
    FitOptions.table.filter { !$0.scopes.contains(.select) }
  }
}

/// Options of each fit.
enum FlagsOfFits: FlagTable {
  static var specs: [OptionSpec<FitOptions>] {
    FitOptions.table.filter { $0.scopes.contains(.select) }
  }
}

/// Options of a search.
enum FlagsOfSearches: FlagTable {
  static var specs: [OptionSpec<SelectionOptions>] { SelectionOptions.table }
}

/// The flags of a table, made from its entries.
struct OptionFlags<Table: FlagTable>: ParsableArguments, CustomReflectable {
  private typealias Setting = (inout Table.Options, Catalogue) throws -> Void
  private var settings: [Setting] = []

  init() {}

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: FlagName.self)
    settings = try Table.specs.compactMap { spec in try spec.setting(from: container) }
  }

  /// What ArgumentParser takes for the properties of this type.
  var customMirror: Mirror {
    Mirror(self, children: Table.specs.map { (label: $0.name, value: $0.flag) })
  }

  /// Sets what was given.
  ///
  /// - Throws: `invalid-option` for what is not registered.
  func apply(to options: inout Table.Options, _ catalogue: Catalogue) throws {
    for setting in settings { try setting(&options, catalogue) }
  }
}

/// The name of an option, as a key.
private struct FlagName: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension OptionSpec {
  /// The definition of its flag.
  fileprivate var flag: any Decodable {
    let name = NameSpecification.customLong(name.replacing("_", with: "-"))
    switch kind {
    // Whatever follows a number's name is its value: it may begin with a dash.
    case .wholeNumber:
      return Option<Int?>(name: name, parsing: .unconditional, help: help(for: "count"))
    case .number:
      return Option<Double?>(name: name, parsing: .unconditional, help: help(for: "number"))
    case .truth: return Flag<Bool?>(name: name, inversion: .prefixedNo, help: help(for: nil))
    case .seed:
      return Option<Seed?>(name: name, parsing: .unconditional, help: help(for: "number"))
    case .named: return Option<String?>(name: name, help: help(for: "name"))
    }
  }

  private func help(for valueName: String?) -> ArgumentHelp {
    var text = summary.prefix(1).uppercased() + summary.dropFirst()
    if case .named(let option) = kind {
      text += ": " + option.names(.command).joined(separator: ", ")
    }
    let ending = standard == "none" ? "" : " (default: \(standard.replacing("\"", with: "")))"
    return ArgumentHelp("\(text).\(ending)", valueName: valueName)
  }

  /// What sets the value that was given; `nil` where none was.
  fileprivate func setting(from container: KeyedDecodingContainer<FlagName>) throws
    -> ((inout Target, Catalogue) throws -> Void)?
  {
    let key = FlagName(stringValue: name)
    func given<Value: Decodable>(_ value: Value.Type) throws -> Value? {
      try container.decode(Option<Value?>.self, forKey: key).wrappedValue
    }
    func setting<Value: Sendable>(_ place: OptionPlace<Target, Value>, _ value: Value?)
      -> ((inout Target, Catalogue) throws -> Void)?
    {
      value.map { value in { options, _ in try place.set(&options, value) } }
    }
    switch kind {
    case .wholeNumber(let place, _, _): return setting(place, try given(Int.self))
    case .number(let place, _): return setting(place, try given(Double.self))
    case .truth(let place):
      return setting(place, try container.decode(Flag<Bool?>.self, forKey: key).wrappedValue)
    case .seed(let place): return setting(place, try given(Seed.self)?.value)
    case .named(let option):
      return try given(String.self).map { name in
        { options, catalogue in try option.set(&options, name, catalogue) }
      }
    }
  }
}
