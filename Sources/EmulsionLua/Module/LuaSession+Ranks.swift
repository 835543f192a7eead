import Emulsion
import LuaBridge

extension LuaSession {
  /// Lets scripts run in step on several processes: what has effects outside happens on rank 0, and what differs
  /// between machines, such as the time, is what rank 0 says.
  func share(with ranks: any RankTransport) throws {
    context.hasPeers = ranks.count > 1
    context.performOnce = { body in
      _ = try ranks.told {
        try body()
        return true
      }
    }
    // `told(f)` is f, called on rank 0 alone; it may return numbers, texts, truths and nil.
    let told = try LuaFunction(in: context, name: "told") { call in
      let function = try call.function(1, "f")
      let arguments = try (0..<max(0, call.count - 1)).map { try call.value($0 + 2) }
      let answers = try ranks.told {
        try function.call(arguments.map { $0 as any LuaConvertible }).map(SharedValue.init)
      }
      return LuaTuple(contentsOf: answers.map(\.value))
    }
    let install = try context.compile(Self.prelude, name: "ranks")
    try install.call(told, ranks.rank, ranks.count)
  }

  /// Functions of Lua's own that would let processes drift apart.
  private static var prelude: String {
    """
    local told, rank, count = ...
    local function shared(f) return function(...) return told(f, ...) end end
    if os then
      for _, name in ipairs { "time", "clock", "getenv", "tmpname", "remove", "rename", "execute" } do
        if os[name] then os[name] = shared(os[name]) end
      end
      local date = os.date
      os.date = function(format, time)
        return date(format or "%c", time or os.time())
      end
    end
    if io then
      local open, lines = io.open, io.lines
      io.open = function(path, mode)
        if rank > 0 and mode and mode:find("[wa+]") then return open("/dev/null", mode) end
        return open(path, mode)
      end
      local function refuse(name)
        return function()
          error("io." .. name .. ": on several ranks it would read something else on each; read a file", 2)
        end
      end
      io.popen, io.read = refuse("popen"), refuse("read")
      io.lines = function(path, ...)
        if path == nil then return refuse("lines")() end
        return lines(path, ...)
      end
    end
    local seed = math.randomseed
    math.randomseed = function(...)
      if select("#", ...) > 0 then return seed(...) end
      return seed(told(function() return math.random(0) end))
    end
    math.randomseed()
    """
  }
}

/// A value that ranks tell each other.
private enum SharedValue: Codable, Sendable {
  case none
  case truth(Bool)
  case integer(Int)
  case number(Double)
  case text(String)

  init(_ value: LuaValue) throws {
    switch value {
    case .nil: self = .none
    case .boolean(let value): self = .truth(value)
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .number(value)
    case .string(let value): self = .text(value)
    default:
      throw EmulsionError(.script, "\(value.explanation) can't be told to other ranks")
    }
  }

  var value: LuaValue {
    switch self {
    case .none: .nil
    case .truth(let value): .boolean(value)
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .text(let value): .string(value)
    }
  }
}
