import LuaBridge
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct InterruptTests {
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "while true do end",
      "while true do pcall(function() while true do end end) end",
      "while true do pcall(error, 'x') end",
      "while true do pcall(pcall, pcall, error) end",
      "while true do xpcall(function() while true do end end, function() while true do end end) end",
      "local c = coroutine.wrap(function() while true do pcall(function() while true do end end) end end) while true do pcall(c) end",
      "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
      "local c = coroutine.wrap(function() while true do coroutine.yield() end end) while true do c() end",
      "while true do local x <close> = setmetatable({}, {__close = function() while true do end end}) end",
      "setmetatable({}, {__gc = function() while true do end end}) collectgarbage() while true do end",
      "local s = '' while true do s = s .. ('x'):rep(1000) end",
      "local t = {} while true do t[1] = ('x'):rep(5e7) end",
      "while true do pcall(string.rep, 'x', 5e7) end",
      "('a'):rep(60):find(('a*'):rep(60) .. 'b')",
      "while true do pcall(string.gsub, ('a'):rep(60), ('a-'):rep(60) .. 'b', 'c') end",
      "for x in ('a'):rep(60):gmatch(('a?'):rep(60) .. ('a*'):rep(30) .. 'b') do end",
      "table.move({}, 1, 1 << 60, 2)",
      "while true do ('').rep('', 1 << 60) end",
      "local t = setmetatable({}, {__len = function() return 1 << 50 end}) table.insert(t, 1, 'x')",
      "local t = setmetatable({}, {__len = function() return 1 << 50 end}) table.remove(t, 1)",
      "local t = setmetatable({}, {__index = function() return '' end, __len = function() return 1 << 50 end}) table.concat(t)",
      "local t = {} for i = 1, 1e5 do t[i] = i % 7 end while true do table.sort(t, math.ult) end",
      "local t = setmetatable({}, {__len = function() return (1 << 31) - 2 end, __index = function() return 1 end}) table.sort(t)",
      "local t = setmetatable({}, {__len = function() return (1 << 31) - 2 end}) table.sort(t, rawequal)",
      "load(function() return ' ' end)",
      "load(coroutine.wrap(function() while true do coroutine.yield(' ') end end))",
      "local s = ('x'):rep(2e7) while true do s:upper() s:lower() s:reverse() utf8.len(s) utf8.offset(s, -1) end",
      "local s = ('-- x\\n'):rep(1e7) while true do load(s) end",
      "while true do nap() end",
      "while true do pcall(nap) end",
      "call(function() while true do pcall(nap) end end)",
    ])
  func `an interrupt ends`(script: String) throws {
    let interrupt = try #require(LuaInterrupt())
    let runtime = try LuaRuntime(memoryLimit: 1 << 30, interrupt: interrupt)
    let context = runtime.context
    try context.define("nap") { _ -> Bool in
      usleep(1000)
      return true
    }
    try context.define("call") { call in try call.function(1, "f").call().count }
    let watch = Thread(after: 30_000) { interrupt.raise() }
    let error = failure(of: script, in: context)
    watch.join()
    #expect(error?.kind == .interrupted, "\(String(describing: error))")
    interrupt.clear()
    #expect(
      try context.run("local n = 0 for i = 1, 1e5 do n = n + 1 end return n")[0].integer == 100_000)
  }

  @Test func `an interrupt has a code in Lua`() throws {
    let runtime = try LuaRuntime()
    let context = runtime.context
    let interrupt = context.interrupt
    try context.define("stop") { _ -> Bool in
      interrupt.raise()
      return true
    }
    let error = failure(
      of: "pcall(function() stop() while true do end end) while true do end", in: context)
    #expect(error?.kind == .interrupted)
    interrupt.clear()
    try context.define("resume") { _ -> Bool in
      interrupt.clear()
      return true
    }
  }
}

/// A thread that runs a closure once, later.
struct Thread {
  private let handle: pthread_t

  init(after microseconds: UInt32, _ body: @escaping @Sendable () -> Void) {
    final class Box {
      let run: () -> Void
      init(_ run: @escaping () -> Void) { self.run = run }
    }
    let box = Box {
      usleep(microseconds)
      body()
    }
    var handle = pthread_t()
    pthread_create(
      &handle, nil,
      { pointer in
        if let pointer { Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().run() }
        return nil
      }, Unmanaged.passRetained(box).toOpaque())
    self.handle = handle
  }

  func join() { pthread_join(handle, nil) }
}
