import Foundation
import Testing

/// Ctrl-C ends long work soon, prints what was reached, and gives 130.
@Suite struct InterruptTests {
  /// A fit that takes minutes: without structure, and never converged.
  private func data() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var text = "a,b,c\n"
    var state: UInt64 = 1
    for _ in 0..<20_000 {
      let row = (0..<3).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return String(Double(state >> 11) * 0x1p-53)
      }
      text += row.joined(separator: ",") + "\n"
    }
    try folder.write(text, to: "data.csv")
    return folder
  }

  @Test func aFitPrintsWhatWasReached() throws {
    let folder = try data()
    let path = folder.url.appending(path: "data.csv").path
    let session = try TerminalSession(
      [
        "fit", path, "--components", "40", "--tolerance", "0", "--max-iterations", "1000000",
        "--restarts", "1",
      ], folder: folder)
    try session.wait(for: "K = 40, full, best start")
    session.type("\u{3}")
    try session.wait(for: "Mixture of 40 gaussian components")
    try session.wait(for: "interrupted after")
    #expect(try session.end() == 130)
  }

  @Test func aSelectionPrintsWhatWasReached() throws {
    let folder = try data()
    let path = folder.url.appending(path: "data.csv").path
    let session = try TerminalSession(
      [
        "select", path, "--components", "1,60", "--covariance", "full", "--tolerance", "0",
        "--max-iterations", "1000000", "--restarts", "1",
      ], folder: folder)
    try session.wait(for: "K = 60, full, best start")
    session.type("\u{3}")
    try session.wait(for: "Selection by BIC")
    #expect(try session.end() == 130)
  }

  @Test func aScriptEnds() throws {
    let session = try TerminalSession(["-e", "print('begun') while true do pcall(error) end"])
    try session.wait(for: "begun")
    session.type("\u{3}")
    try session.wait(for: "emulsion: interrupted")
    #expect(try session.end() == 130)
  }

  /// A program that draws for long is ended, and leaves nothing behind.
  @Test(arguments: [["--plot", "x.svg"], ["--report", "x.html"]])
  func aPictureEnds(option: [String]) throws {
    let folder = try TemporaryFolder()
    // It does not hear the terminal: the command must end it. A shell writes it, since a program can't be
    // started while a process that another test began has inherited the file open for writing.
    _ = try Command.shell(
      """
      printf '#!/bin/sh\\ntrap "" INT\\necho drawing > /dev/tty\\nexec sleep 60\\n' > gnuplot
      chmod +x gnuplot
      """, folder: folder.url)
    var option = option
    option[1] = folder.url.appending(path: option[1]).path
    let session = try TerminalSession(
      ["fit", "faithful", "--components", "2"] + option, folder: folder, programs: folder.url.path)
    try session.wait(for: "drawing")
    session.type("\u{3}")
    #expect(try session.end() == 130)
    #expect(try folder.names().filter { $0 != "state" } == ["gnuplot"])
  }

  /// While a command runs Ctrl-C is the command's; the script that started it ends as well.
  @Test func aScriptOfCommandsEnds() throws {
    // The command itself says that it runs: what comes before it runs would be heard by nobody.
    let session = try TerminalSession([
      "-e", "while true do os.execute('echo begun; sleep 5') end",
    ])
    try session.wait(for: "begun")
    session.type("\u{3}")
    try session.wait(for: "emulsion: interrupted")
    #expect(try session.end() == 130)
  }
}
