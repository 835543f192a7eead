import CEmulsionPlugin
import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A shared library with families, as `emulsion_plugin.h` describes it.
///
/// It stays in memory until the process ends, since what was made from it may be anywhere.
public struct PluginLibrary: Sendable {
  /// Where it is, links resolved.
  public let path: String
  /// Its families, in its own order.
  public var families: [any FamilyDefinition] { plugins }
  let plugins: [PluginDefinition]

  /// Loads a library.
  ///
  /// - Throws: `io` naming the path where there is none, it is no shared library or no plugin, has
  ///   another version of the interface, or a table that lacks something.
  public init(loading path: String) throws {
    guard let resolved = realpath(path, nil) else {
      throw EmulsionError(.io, "\(path): \(systemMessage())")
    }
    defer { free(resolved) }
    self.path = String(cString: resolved)
    guard let handle = dlopen(resolved, RTLD_NOW | RTLD_LOCAL) else {
      var reason = dlerror().map { String(cString: $0) } ?? "the system does not say why"
      if reason.hasPrefix("\(self.path): ") { reason.removeFirst(self.path.count + 2) }
      throw EmulsionError(.io, "\(path): is no shared library that can be loaded: \(reason)")
    }
    guard let symbol = dlsym(handle, "emulsion_plugin_v\(EMULSION_PLUGIN_ABI)") else {
      throw EmulsionError(
        .io, "\(path): is no plugin: it has no function emulsion_plugin_v\(EMULSION_PLUGIN_ABI)")
    }
    let entry = unsafe unsafeBitCast(
      symbol, to: (@convention(c) () -> UnsafePointer<emulsion_plugin>?).self)
    do {
      plugins = try Self.families(entry(), of: self.path)
    } catch let problem as TableProblem {
      throw EmulsionError(.io, "\(path): \(problem.text)")
    }
  }

  /// The families of a table that is in memory already.
  ///
  /// - Parameter path: What error texts call it.
  package init(_ plugin: UnsafePointer<emulsion_plugin>?, path: String) throws {
    self.path = path
    plugins = try Self.families(plugin, of: path)
  }

  private static func families(_ plugin: UnsafePointer<emulsion_plugin>?, of path: String) throws
    -> [PluginDefinition]
  {
    guard let plugin else { throw TableProblem("its function emulsion_plugin_v1 gave nothing") }
    // The first two members are the same in all versions; no other is touched before they fit.
    let found = plugin.pointee.abi
    guard found == EMULSION_PLUGIN_ABI else {
      throw TableProblem(
        "it was built for version \(found) of the plugin interface; this Emulsion has version "
          + "\(EMULSION_PLUGIN_ABI)")
    }
    guard Int(plugin.pointee.size) >= MemoryLayout<emulsion_plugin>.size else {
      throw TableProblem("its table has \(plugin.pointee.size) bytes, too few for version 1")
    }
    let count = plugin.pointee.family_count
    guard count > 0, let tables = plugin.pointee.families else {
      throw TableProblem("it has no families")
    }
    var names: Set<String> = []
    return try (0..<Int(clamping: count)).map { place in
      guard let table = tables[place] else {
        throw TableProblem("family \(place + 1) of \(count) has no table")
      }
      let functions = try PluginFunctions(table, of: path)
      guard names.insert(functions.name).inserted else {
        throw TableProblem("it has two families \"\(functions.name)\"")
      }
      return PluginDefinition(functions: functions)
    }
  }
}

/// What is wrong with a library's tables.
struct TableProblem: Error {
  let text: String

  init(_ text: String) { self.text = text }
}

extension PluginFunctions {
  /// A family's table, after checking that nothing it needs is missing.
  init(_ pointer: UnsafePointer<emulsion_family>, of library: String) throws {
    table = try Self.table(at: pointer)
    self.library = library
    name = try Self.name(table.name, of: "a family")
    let missing = [
      "neutral": table.neutral == nil, "add_log_density": table.add_log_density == nil,
      "statistic_count": table.statistic_count == nil, "accumulate": table.accumulate == nil,
      "estimate": table.estimate == nil, "sample": table.sample == nil,
    ].filter(\.value).keys.sorted()
    if let first = missing.first {
      throw TableProblem("the family \"\(name)\" has no function \(first)")
    }
    guard (table.features == nil) == (table.natural == nil) else {
      throw TableProblem("the family \"\(name)\" has one of features and natural without the other")
    }
    if table.supports == nil {
      support = .real
    } else {
      guard let text = table.support else {
        throw TableProblem("the family \"\(name)\" does not say what it supports")
      }
      support = Support(String(cString: text)) { _ in true }
    }
    parameters = try Self.parameters(of: table, name)
  }

  /// A table with as much as its library knew of it; what came later is not there.
  private static func table(at pointer: UnsafePointer<emulsion_family>) throws -> emulsion_family {
    let size = pointer.pointee.size
    let least = MemoryLayout<emulsion_family>.offset(of: \.features) ?? 0
    guard size >= least else {
      throw TableProblem("a family's table has \(size) bytes, too few for version 1")
    }
    var table = emulsion_family()
    withUnsafeMutableBytes(of: &table) { bytes in
      bytes.copyMemory(
        from: UnsafeRawBufferPointer(start: pointer, count: min(size, bytes.count)))
    }
    return table
  }

  private static func parameters(of table: emulsion_family, _ family: String) throws
    -> [PluginParameter]
  {
    guard (1...1000).contains(table.parameter_count), let list = table.parameters else {
      throw TableProblem("the family \"\(family)\" has no parameters")
    }
    let test = DomainTest(table: table)
    var seen: Set<String> = []
    return try (0..<table.parameter_count).map { place in
      let name = try name(list[place].name, of: "a parameter of the family \"\(family)\"")
      guard seen.insert(name).inserted else {
        throw TableProblem("the family \"\(family)\" has two parameters \"\(name)\"")
      }
      let shapes: [Int32: PluginParameter.Shape] = [
        EMULSION_SCALAR: .scalar, EMULSION_VECTOR: .vector, EMULSION_MATRIX: .matrix,
      ]
      guard let shape = shapes[Int32(clamping: list[place].shape)] else {
        throw TableProblem("the parameter \"\(name)\" of the family \"\(family)\" has no shape")
      }
      guard table.allows != nil else {
        return PluginParameter(name: name, shape: shape, domain: .real)
      }
      let domain = list[place].domain.map { String(cString: $0) } ?? "other numbers"
      return PluginParameter(
        name: name, shape: shape,
        domain: Support(domain) { test.allows(place, $0) })
    }
  }

  private static func name(_ text: UnsafePointer<CChar>?, of what: String) throws -> String {
    let name = text.map { String(cString: $0) } ?? ""
    let isName =
      name.utf8.first.map { (97...122).contains($0) } == true
      && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    guard isName else {
      throw TableProblem(
        "\(what) is named \"\(name)\"; names are lower-case letters, digits and underscores")
    }
    return name
  }
}

/// Asks a family whether it allows a parameter's value.
private struct DomainTest: @unchecked Sendable {
  let table: emulsion_family

  func allows(_ parameter: Int, _ value: Double) -> Bool {
    table.allows?(table.context, parameter, value) != 0
  }
}
