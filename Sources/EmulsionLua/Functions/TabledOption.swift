import Emulsion
import LuaBridge

/// A request whose options stand in tables of the core.
protocol TabledRequest {
  /// Where names are looked up.
  var catalogue: Catalogue { get }
}

extension LuaOption {
  /// An option of a table, with the values that scripts have for it beside names.
  init<Options>(
    _ spec: OptionSpec<Options>, or forms: String,
    _ apply: @escaping (LuaValue, inout Target) throws -> Void
  ) {
    self.init(spec.name, spec.standard, spec.help(beside: forms), apply)
  }

  /// An option of a table, which sets its part of a request.
  init<Options>(_ spec: OptionSpec<Options>, in part: WritableKeyPath<Target, Options>)
  where Target: TabledRequest {
    self.init(spec.name, spec.standard, spec.help(beside: nil)) { value, request in
      try spec.read(value, into: &request[keyPath: part], request.catalogue)
    }
  }
}

extension OptionSpec {
  /// What the help says: names are listed.
  fileprivate func help(beside forms: String?) -> String {
    guard case .named(let option) = kind else { return summary }
    let names = option.names(.standard).map(\.inQuotes)
    let all = (names + [forms].compactMap { $0 }).joined(separator: ", ")
    return "\(summary): \(all)"
  }

  /// Sets the option to a value.
  ///
  /// - Throws: `invalid-option` for one of another type.
  fileprivate func read(_ value: LuaValue, into options: inout Target, _ catalogue: Catalogue)
    throws
  {
    switch kind {
    case .wholeNumber(let place, _, _): try place.set(&options, value.wholeNumber(name))
    case .number(let place, _): try place.set(&options, value.real(name))
    case .truth(let place): try place.set(&options, value.truth(name))
    case .seed(let place):
      try place.set(&options, UInt64(bitPattern: Int64(value.wholeNumber(name))))
    case .named(let option): try option.set(&options, value.text(name), catalogue)
    }
  }
}

extension String {
  /// The text as scripts write it, where it is plain.
  var inQuotes: String { "\"\(self)\"" }
}
