import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Catalogue {
  /// Loads a shared library and registers its families; one that was loaded already is left as it is.
  ///
  /// - Returns: The names of its families.
  /// - Throws: `io` where it can't be loaded or is no plugin, `invalid-option` where another family
  ///   has a name already, or one of `reserved`; then nothing is registered.
  @discardableResult
  public mutating func loadPlugin(_ path: String, reserved: [String] = []) throws -> [String] {
    let library = try PluginLibrary(loading: path)
    var fresh = self
    for family in library.families {
      let known = fresh.families.first { $0.name == family.name }
      if reserved.contains(family.name) || known.map({ !$0.isSame(as: family) }) == true {
        throw EmulsionError(
          .invalidOption, "\(path): its family \"\(family.name)\" has a name that is taken already")
      }
      fresh.register(family)
    }
    self = fresh
    return library.families.map(\.name)
  }

  /// Loads the plugins that a list names: libraries, and folders of them, between colons.
  ///
  /// - Throws: As ``loadPlugin(_:reserved:)``.
  public mutating func loadPlugins(listedIn list: String) throws {
    for entry in list.split(separator: ":").map(String.init) {
      for path in libraries(in: entry) ?? [entry] { try loadPlugin(path) }
    }
  }

  /// Loads the plugins that the environment's variable `EMULSION_PLUGIN_PATH` lists.
  ///
  /// - Throws: As ``loadPlugin(_:reserved:)``, naming the variable.
  public mutating func loadPluginsOfEnvironment() throws {
    let name = "EMULSION_PLUGIN_PATH"
    guard let list = getenv(name) else { return }
    do { try loadPlugins(listedIn: String(cString: list)) } catch let error as EmulsionError {
      throw EmulsionError(error.code, "\(name): \(error.message)")
    }
  }
}

extension FamilyDefinition {
  /// Whether both come from one library.
  fileprivate func isSame(as other: any FamilyDefinition) -> Bool {
    guard let own = self as? PluginDefinition, let other = other as? PluginDefinition else {
      return false
    }
    return own.functions.library == other.functions.library
  }
}

/// The shared libraries of a folder by name; `nil` where it is none.
private func libraries(in folder: String) -> [String]? {
  guard let directory = opendir(folder) else { return nil }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let capacity = MemoryLayout.size(ofValue: entry.pointee.d_name)
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: capacity) { String(cString: $0) }
    }
    if name.hasSuffix(".so") || name.hasSuffix(".dylib") { names.append(name) }
  }
  return names.sorted().map { "\(folder)/\($0)" }
}
