import Emulsion
import EmulsionData
import Foundation
import Testing

@Suite struct FitCommandTests {
  @Test func textIsASummary() throws {
    let result = try Command.run("fit", "faithful", "--components", "2", "--seed", "1")
    #expect(result.status == 0)
    #expect(result.lines.first == "Mixture of 2 gaussian components, full covariance")
    #expect(result.output.contains("log-likelihood -1130.264"))
    #expect(result.errors.isEmpty)
  }

  /// Columns of texts are drawn by the names of their levels.
  @Test func picturesNameLevels() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<60).map { "\(["dusk", "noon", "dawn"][$0 % 3]),\($0 % 4 == 0 ? "yes" : "no")" }
    try folder.write("hour,rain\n" + rows.joined(separator: "\n") + "\n", to: "sky.csv")
    let result = try Command.run(
      "fit", "sky.csv", "--family", "categorical", "--plot", "sky.svg", "--plot-what", "density",
      folder: folder.url)
    #expect(result.status == 0)
    let plot = try folder.read("sky.svg")
    for level in ["dawn", "dusk", "noon", "no", "yes"] { #expect(plot.contains(">\(level)<")) }
  }

  @Test func algorithmsAreChosenByName() throws {
    for name in ["cem", "sem", "annealing"] {
      let result = try Command.run("fit", "faithful", "--components", "2", "--algorithm", name)
      #expect(result.status == 0 && result.output.contains("log-likelihood -1130."))
    }
    let wrong = try Command.run("fit", "faithful", "--algorithm", "cemm")
    #expect(wrong.status == 2 && wrong.errors.contains("\"cem\""))
  }

  /// What the command says of covariates on the weights, and of components that are held.
  @Test func weightsDependOnCovariates() throws {
    let fit = try Command.run(
      "fit", "iris", "--columns", "Petal_Length,Petal_Width", "--concomitant", "~ Sepal_Length",
      "--components", "2")
    #expect(fit.status == 0 && fit.output.contains("weights ~ Sepal_Length, log odds against 1:"))
    let wrong = try Command.run("fit", "iris", "--concomitant", "Sepal_Length")
    #expect(wrong.status == 2 && wrong.errors.contains("needs \"~\""))
    let folder = try TemporaryFolder()
    try folder.write("n\n0\n0\n0\n0\n1\n2\n3\n4\n2\n0\n", to: "counts.csv")
    let held = try Command.run(
      "fit", "counts.csv", "--family", "poisson", "--components", "2", "--fixed",
      "components.1.rate=0", folder: folder.url)
    #expect(held.status == 0 && held.output.contains("2 free parameters"))
    #expect(try Command.run("fit", "faithful", "--algorithm", "online").status == 0)
  }

  @Test func jsonHasEverything() throws {
    let result = try Command.run(
      "fit", "faithful", "--components", "3", "--covariance", "tied", "--format", "json")
    let fields = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(fields["components"] as? Int == 3)
    #expect(fields["free_parameters"] as? Int == 11)
    #expect(abs((fields["loglik"] as? Double ?? 0) + 1126.326) < 0.05)
    #expect((fields["means"] as? [[Double]])?.map(\.count) == [2, 2, 2])
    #expect((fields["covariances"] as? [[[Double]]])?.count == 3)
    #expect(fields["columns"] as? [String] == ["eruptions", "waiting"])
  }

  @Test func csvHasALinePerComponent() throws {
    let result = try Command.run("fit", "faithful", "--components", "2", "--format", "csv")
    let table = try Table(parsing: result.output)
    #expect(table.rows == 2)
    #expect(
      table.names == [
        "component", "weight", "mean eruptions", "mean waiting", "covariance eruptions eruptions",
        "covariance eruptions waiting", "covariance waiting waiting",
      ])
    let weights = try #require(table["weight"]?.numbers)
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
  }

  @Test func parametersAreTiedAndFixed() throws {
    let arguments = [
      "fit", "faithful", "--components", "2", "--tied", "covariance", "--fixed", "mean.waiting=70",
      "--format", "json",
    ]
    let result = try Command.run(arguments)
    let fields = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let means = try #require(fields["means"] as? [[Double]])
    #expect(means.map { $0[1] } == [70, 70])
    // A weight, two means and one covariance.
    #expect(fields["free_parameters"] as? Int == 6)
  }

  @Test func noiseIsToldAndKept() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<60).map { i in
      i % 12 == 0 ? "\(i * 7 % 50)\n" : "\(20 + Double(i * 37 % 11) / 10)\n"
    }
    try folder.write("a\n" + rows.joined(), to: "data.csv")
    let text = try Command.run(
      "fit", "data.csv", "--noise", "--save", "model.json", "--plot", "plot.svg", folder: folder.url
    )
    #expect(text.lines.first == "Mixture of 1 gaussian component and noise, full covariance")
    #expect(text.lines.last?.hasPrefix("noise") == true)
    let plot = try String(contentsOf: folder.url.appending(path: "plot.svg"), encoding: .utf8)
    #expect(plot.contains(">Noise<"))
    let json = try Command.run(
      "fit", "data.csv", "--noise", "--format", "json", folder: folder.url)
    let fields = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let noise = try #require(fields["noise"] as? [String: Double])
    #expect((noise["weight"] ?? 0) > 0.02 && (noise["weight"] ?? 1) < 0.2)
    #expect((noise["log_density"] ?? 0) < -3)
    let csv = try Command.run("fit", "data.csv", "--noise", "--format", "csv", folder: folder.url)
    let table = try Table(parsing: csv.output)
    #expect(try table["component"]?.numbers == [1, 0])
    let weights = try #require(table["weight"]?.numbers)
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
    let predicted = try Command.run(
      "predict", "model.json", "data.csv", "--posterior", "--format", "csv", folder: folder.url)
    let told = try Table(parsing: predicted.output)
    #expect(told.names == ["label", "posterior_1", "posterior_noise"])
    let labels = try #require(told["label"]?.numbers)
    #expect(labels[13] == 1 && labels[12] == 0)
    let selected = try Command.run(
      "select", "data.csv", "--noise", "--components", "1:2", "--format", "json",
      folder: folder.url)
    #expect(selected.output.contains("\"noise\""))
  }

  @Test func optionsReachTheFit() throws {
    let folder = try TemporaryFolder()
    try folder.write("a;w;b\n1;1;x\n2;3;x\n4;0.5;y\n5;1;y\n9;2;y\n", to: "data.csv")
    let result = try Command.run(
      "fit", "data.csv", "--delimiter", ";", "--columns", "a", "--weights", "w", "--format", "json",
      "--max-iterations", "50", "--tolerance", "0", "--threads", "1", folder: folder.url)
    let fields = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let means = try #require(fields["means"] as? [[Double]])
    #expect(abs(means[0][0] - (1 + 6 + 2 + 5 + 18) / 7.5) < 1e-12)
  }

  @Test func outputPlotAndModelAreFiles() throws {
    let folder = try TemporaryFolder()
    let result = try Command.run(
      "fit", "faithful", "--components", "2", "-o", "fit.json", "--save", "model.json", "--plot",
      "plot.svg", folder: folder.url)
    #expect(result.status == 0 && result.output.isEmpty, "\(result.errors)")
    #expect(try folder.names() == ["fit.json", "model.json", "plot.svg"])
    #expect(try folder.read("fit.json").hasPrefix("{"))
    #expect(try folder.read("plot.svg").contains("<svg"))
  }

  @Test func progressIsToldOnStandardError() throws {
    let result = try Command.run("fit", "faithful", "--components", "2", "--progress")
    #expect(result.lines.first == "Mixture of 2 gaussian components, full covariance")
  }

  @Test(arguments: [
    ("", "data.csv"), ("a,b\n1,2\n3\n", "line 3"), ("a,b\n1,2\n2,x\n3,4\n4,6\n", "line 3"),
    ("a,b\n1,2\n2,\n3,4\n4,6\n", "line 3"), ("a,b\n1,2\n2,inf\n3,4\n4,6\n", "line 3"),
    ("a,b\n1,5\n2,5\n3,5\n4,5\n", "\"b\""), ("a\n1\n1\n1\n", "distinct"),
  ])
  func badDataAreOneLineAndNoFile(text: String, part: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "data.csv")
    let result = try Command.run(
      "fit", "data.csv", "--components", "2", "--covariance-floor", "0", "--save", "model.json",
      "-o",
      "out.csv", "--plot", "plot.svg", folder: folder.url)
    #expect(result.status == 1, "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(result.errors.contains(part), "\(result.errors)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
    #expect(try folder.names() == ["data.csv"])
  }

  @Test func aMissingFileIsNamed() throws {
    let result = try Command.run("fit", "nothing.csv")
    #expect(result.status == 1)
    #expect(result.errors.hasPrefix("emulsion: nothing.csv: no such file"))
  }

  @Test(arguments: ["-o", "--save", "--plot"])
  func aFileThatCanNotBeWrittenIsRefusedFirst(option: String) throws {
    let folder = try TemporaryFolder()
    let result = try Command.run("fit", "faithful", option, "no/such.svg", folder: folder.url)
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("no/such.svg: cannot be written: there is no folder no"))
    #expect(try folder.names().isEmpty)
  }

  @Test func whatIsNoFileIsWrittenTo() throws {
    let folder = try TemporaryFolder()
    let result = try Command.shell(
      "mkfifo pipe; touch old; ln -s old link; cat pipe & emulsion fit faithful -o pipe; wait; "
        + "emulsion fit faithful --save link; test -p pipe -a -L link -a -s old",
      folder: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.lines.first == "Mixture of 1 gaussian component, full covariance")
    #expect(try folder.names() == ["link", "old", "pipe"])
  }
}
