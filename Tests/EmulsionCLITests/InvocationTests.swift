import Testing

@Suite struct InvocationTests {
  @Test func aScriptGetsItsArguments() throws {
    let folder = try TemporaryFolder()
    let script = "print(arg[0], #arg, ...)\nprint(arg[1], arg[2], arg[3])"
    try folder.write(script, to: "my script.lua")
    let result = try Command.run("my script.lua", "a b", "--help", "-e", folder: folder.url)
    #expect(result.output == "my script.lua\t3\ta b\t--help\t-e\na b\t--help\t-e\n")
    #expect(result.errors.isEmpty)
    #expect(result.status == 0)
  }

  @Test func runIsTheDefault() throws {
    let folder = try TemporaryFolder()
    try folder.write("#!/usr/bin/env emulsion\nprint(...)", to: "script")
    #expect(try Command.run("run", "script", "-x", folder: folder.url).output == "-x\n")
    #expect(try Command.run("./script", "-x", folder: folder.url).output == "-x\n")
  }

  @Test(arguments: [[], ["-"]])
  func standardInputIsAScript(arguments: [String]) throws {
    let result = try Command.run(arguments, input: "#!x\nlocal x = 20\nprint(x + 1)\n")
    #expect(result.output == "21\n")
    #expect(result.status == 0)
  }

  @Test(arguments: [
    (["-e", "1 + 1"], "2\n"), (["-e", "return 1, nil"], "1\tnil\n"), (["-e", "-1"], "-1\n"),
    (["-e", "x = 3", "-e", "x"], "3\n"), (["-e", "io.write('a')"], "a"),
    (["-e", "print('a')"], "a\n"), (["-e", ""], ""),
    (["-e", "{1, 'b', c = {2}}"], "{ 1, \"b\", c = { 2 } }\n"), (["-e", "'a\\nb'"], "a\nb\n"),
    (["-e", "em == require 'emulsion'"], "true\n"),
    (["-e", "for i = 1, 2 do print(i) end"], "1\n2\n"),
  ])
  func codePrintsItsValue(arguments: [String], output: String) throws {
    let result = try Command.run(arguments)
    #expect(result.output == output)
    #expect(result.errors.isEmpty)
    #expect(result.status == 0)
  }

  @Test func aScriptHasNoGlobalModule() throws {
    #expect(try Command.run(input: "print(em)").output == "nil\n")
  }

  @Test func versionAndHelpArePrinted() throws {
    let version = try Command.run("--version")
    #expect(version.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    let help = try Command.run("--help")
    #expect(help.output.contains("emulsion select DATA"))
    #expect(try Command.run("fit", "--help").output.contains("--covariance-floor"))
    #expect(version.status == 0 && help.status == 0)
  }

  @Test func aReaderThatLeavesEndsItQuietly() throws {
    let result = try Command.shell("emulsion -e 'while true do print(1) end' | head -1")
    #expect(result.output == "1\n")
    #expect(result.errors.isEmpty)
  }

  @Test func aFullDiskIsAnError() throws {
    let result = try Command.shell("emulsion -e 'print(1)' > /dev/full")
    #expect(result.status == 1)
    #expect(result.errors.contains("standard output"))
  }
}
