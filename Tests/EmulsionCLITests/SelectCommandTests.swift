import EmulsionData
import Foundation
import Testing

@Suite struct SelectCommandTests {
  @Test func theWinnerIsTheKnownOne() throws {
    let folder = try TemporaryFolder()
    let result = try Command.run(
      "select", "faithful", "--components", "1:5", "--seed", "1", "--plot", "bic.svg", "--save",
      "best.json", "--plot-what", "grid", "--report", "report.html", folder: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    // mclust: EEE,3.
    #expect(result.output.contains("Mixture of 3 gaussian components, tied covariance"))
    #expect(result.output.contains("log-likelihood -1126.3"))
    #expect(try folder.names() == ["best.json", "bic.svg", "report.html"])
  }

  @Test func aReportThatCantBeWrittenIsToldBeforeTheFit() throws {
    for command in ["fit", "select"] {
      let result = try Command.run(command, "faithful", "--report", "/nosuch/report.html")
      #expect(result.status == 1 && result.output.isEmpty)
      #expect(result.errors.contains("/nosuch/report.html"))
    }
  }

  @Test func csvHasALinePerFit() throws {
    let result = try Command.run(
      "select", "faithful", "--components", "1,3", "--covariance", "tied,spherical", "--criterion",
      "aic", "--format", "csv")
    let table = try Table(parsing: result.output)
    #expect(table.rows == 4)
    let values = try #require(table["aic"]?.numbers)
    #expect(values == values.sorted())
    #expect(try Set(table["covariance"]?.text?.compactMap(\.self) ?? []) == ["tied", "spherical"])
  }

  @Test func jsonHasTheGridAndTheWinner() throws {
    let result = try Command.run(
      "select", "faithful", "--components", "1:2", "--covariance", "full", "--format", "json")
    let fields = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect((fields["entries"] as? [Any])?.count == 2)
    #expect((fields["best"] as? [String: Any])?["components"] as? Int == 2)
    #expect(fields["criterion"] as? String == "bic")
  }
}
