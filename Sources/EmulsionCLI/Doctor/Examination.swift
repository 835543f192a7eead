import Emulsion
import EmulsionData
import EmulsionLua
import EmulsionPlot
import EmulsionPluginHost

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Tries what Emulsion needs: each look is a line of the report.
struct Examination {
  let catalogue: Catalogue
  let plugins: (any Error)?

  /// All findings, in order.
  var findings: [Finding] {
    [numerics, memory, scripts, plugin, drawing, terminal, history, stockLua]
  }

  /// A fit whose log-likelihood is known, on all threads: its digits depend on neither threads nor processor.
  private var numerics: Finding {
    let known = -1130.264
    do {
      let table = try DataSets.table(named: "faithful")
      var options = FitOptions()
      options.components = 2
      let model = try catalogue.fit(try table.source(), options)
      guard abs(model.logLikelihood - known) < 0.001 else {
        return .broken(
          "numerics",
          "a known fit has log-likelihood \(model.logLikelihood.formatted(decimals: 3)), not "
            + known.formatted(decimals: 3))
      }
      let count = sysconf(Int32(_SC_NPROCESSORS_ONLN))
      return .fine("numerics", "a known fit is right; \(count) processors")
    } catch {
      return .broken("numerics", "a known fit failed: \(error)")
    }
  }

  private var memory: Finding {
    let bytes = machineMemory()
    let text = "\((Double(bytes) / 1_073_741_824).formatted(decimals: 1)) GiB for data and models"
    return bytes < 512 << 20
      ? .lacking("memory", text + "; more is allowed by ulimit -v") : .fine("memory", text)
  }

  private var scripts: Finding {
    do {
      let session = try LuaSession(catalogue: catalogue)
      let chunk = try session.context.compile(
        "return require('emulsion').version", name: "doctor")
      guard try chunk.call().first?.string == emulsionVersion else {
        return .broken("scripts", "require \"emulsion\" gives another version")
      }
      return .fine("scripts", "Lua 5.4, \(catalogue.familyNames.count) families")
    } catch {
      return .broken("scripts", "\(error)")
    }
  }

  private var plugin: Finding {
    if let plugins { return .broken("plugins", "\(plugins)") }
    return getenv("EMULSION_PLUGIN_PATH") == nil
      ? .fine("plugins", "none asked for (EMULSION_PLUGIN_PATH is not set)")
      : .fine("plugins", "those of EMULSION_PLUGIN_PATH are there")
  }

  /// A small plot in each format of files.
  private var drawing: Finding {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let name = folder + "/emulsion-doctor-\(getpid())"
    do {
      let table = try DataSets.table(named: "faithful")
      let source = try table.source()
      let plot = try Plot.model(
        try catalogue.fit(source), nil, data: source, options: PlotOptions())
      for ending in ["svg", "png", "pdf"] {
        try plot.save(to: "\(name).\(ending)", isCancelled: { false })
        unlink("\(name).\(ending)")
      }
      return .fine("plots", "SVG, PNG and PDF by gnuplot, and in the terminal")
    } catch {
      return .lacking("plots", "in the terminal alone: \(error)")
    }
  }

  private var terminal: Finding {
    guard Console.isOutputTerminal else { return .fine("terminal", "none: output goes elsewhere") }
    let size = "\(Console.width) × \(Console.height) characters"
    let codes = nl_langinfo(nl_item(CODESET)).map { String(cString: $0) } ?? ""
    return Console.width < 60
      ? .lacking("terminal", size + "; tables are easier to read from 60 on")
      : .fine("terminal", codes.isEmpty ? size : "\(size), \(codes)")
  }

  private var history: Finding {
    guard let path = HistoryFile.path() else {
      return .lacking(
        "history", "entries of sessions are forgotten: there is no home to keep them in")
    }
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
    return access(folder, W_OK) == 0
      ? .fine("history", path) : .lacking("history", "\(folder) cannot be written")
  }

  /// The module beside the command, or where `scripts/install` puts it.
  private var stockLua: Finding {
    guard let own = ownFolder else { return .lacking("stock Lua", "where is the command?") }
    let places = [own + "/libEmulsionStockLua.so", own + "/emulsion.so"]
    guard let module = places.first(where: fileExists) else {
      return .lacking(
        "stock Lua", "no module beside the command: scripts/run and scripts/install make it")
    }
    guard let library = dlopen(module, RTLD_NOW | RTLD_LOCAL) else {
      let reason = dlerror().map { String(cString: $0) } ?? "it cannot be loaded"
      return .broken("stock Lua", reason)
    }
    defer { dlclose(library) }
    return dlsym(library, "luaopen_emulsion") == nil
      ? .broken("stock Lua", "\(module) is no module of Lua") : .fine("stock Lua", module)
  }

  private var ownFolder: String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0, count < buffer.count else { return nil }
    let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.lastIndex(of: "/").map { String(path[..<$0]) }
  }
}
