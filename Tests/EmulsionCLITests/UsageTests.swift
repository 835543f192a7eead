import Testing

/// Wrong usage: one line on standard error, exit code 2, nothing on standard output.
@Suite struct UsageTests {
  @Test(arguments: [
    (["selct"], "did you mean \"select\"?"), (["slect", "x.csv"], "did you mean \"select\"?"),
    (["--memory-limt", "2G"], "\"--memory-limit\""), (["-x"], "\"-x\""),
    (["nothing.lua"], "\"nothing.lua\""), (["script.lu"], "did you mean \"script.lua\"?"),
    (["--memory-limit", "much", "-e", "1"], "much"), (["folder"], "folder"),
    (["fit"], "see emulsion fit --help"),
    (["fit", "faithful", "--component", "2"], "--components"),
    (["fit", "faithful", "--components", "x"], "--components"),
    (["fit", "faithful", "--components", "0"], "components"),
    (["fit", "faithful", "--components", "-1"], "components"),
    (["fit", "faithful", "--covariance", "ful"], "\"full\""),
    (["fit", "faithful", "--initializer", "kmeans"], "\"k-means\""),
    (["fit", "faithful", "--columns", "waitin"], "\"waiting\""),
    (["fit", "faithful", "--weights", "waitin"], "\"waiting\""),
    (["fit", "faithful", "--plot", "x.gif"], ".svg"),
    (["fit", "faithful", "--plot", "x.svg", "--plot-what", "densty"], "\"density\""),
    (["fit", "faithful", "--plot-what", "density"], "--plot FILE"),
    (["select", "faithful", "--plot", "x.svg", "--plot-what", "gird"], "\"grid\""),
    (["fit", "faithful", "--fixed", "mean"], "--fixed"),
    (["fit", "faithful", "--fixed", "mean=1", "--fixed", "mean=2"], "twice"),
    (["fit", "faithful", "--tied", "covarianc"], "\"covariance\""),
    (["select", "faithful", "--criterion", "bik"], "\"bic\""),
    (["select", "faithful", "--components", "5:1"], "--components"),
    (["predict"], "see emulsion predict --help"), (["data.csv"], "emulsion select data.csv"),
  ])
  func oneLineNamesWhatIsWrong(arguments: [String], part: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "script.lua")
    try folder.write("", to: "data.csv")
    try folder.write("", to: "folder.csv")
    let result = try Command.shell(
      "mkdir -p folder; emulsion " + arguments.map { "'\($0)'" }.joined(separator: " "),
      folder: folder.url)
    #expect(result.status == 2, "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(result.errors.hasPrefix("emulsion: "))
    #expect(result.errors.contains(part), "\(result.errors)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
  }
}
