import Foundation
import Testing

/// Inputs that other programs make or that are meant to harm.
@Suite struct HostileInputTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aHeaderOfYearsIsNames() throws {
    try folder.write("2001,2002,2003\n1,2,3\n4,5,6\n7,8,8\n3,9,1\n2,2,7\n", to: "years.csv")
    try folder.write("id,2001,2002\na,2,3\nb,5,6\nc,8,9\nd,9,7\n", to: "wide.csv")
    let years = try Command.run(
      "fit", "years.csv", "--covariance", "diagonal", "--format", "csv", folder: folder.url)
    #expect(years.lines.last?.hasPrefix("1,1,3.4,5.2,5,") == true, "\(years.output)")
    #expect(years.errors.contains("taken for the names of the columns"))
    let wide = try Command.run("fit", "wide.csv", folder: folder.url)
    #expect(wide.status == 1 && wide.errors.contains("such as \"2001\", \"2002\""))
    for flags in [["--header"], []] {
      let fit = try Command.run(
        ["fit", "wide.csv", "--columns", "2001,2002", "--format", "csv"] + flags, folder: folder.url
      )
      #expect(fit.lines.last?.hasPrefix("1,1,6,6.25,") == true, "\(fit.output)")
      #expect(fit.errors.isEmpty == !flags.isEmpty)
    }
  }

  @Test func twoRowsSelectOneComponent() throws {
    try folder.write("m\n2\n3\n", to: "two.csv")
    let result = try Command.run("select", "two.csv", folder: folder.url)
    #expect(result.status == 0)
    #expect(result.output.contains("Mixture of 1 gaussian component"))
    #expect(result.output.contains("failed: components = 3, but the data have only 2 rows"))
  }

  @Test func whatCanNotBeWrittenSaysWhy() throws {
    let full = try Command.shell("emulsion -e 'for i = 1, 9999 do print(i) end' > /dev/full")
    #expect(full.status == 1 && full.errors.contains("No space left on device"))
    let script =
      "local ok, e = pcall(function() em.fit(em.dataset(\"faithful\")):save(\"m.json\") end) "
      + "assert(not ok) io.stderr:write(tostring(e))"
    let limited = try Command.shell(
      "(ulimit -f 1; emulsion -e '\(script)'); ls", folder: folder.url)
    #expect(limited.errors.contains("File too large"), "\(limited.errors)")
    #expect(!limited.output.contains("part") && !limited.output.contains("m.json"))
  }

  @Test func littleAddressSpaceIsSaid() throws {
    for kilobytes in [200_000, 300_000] {
      let result = try Command.shell("(ulimit -v \(kilobytes); emulsion -e 'print(1 + 1)')")
      #expect(
        result.output == "2\n" || result.status == 1 && result.errors.contains("memory is short"),
        "\(result.errors)")
    }
  }

  @Test func aLimitHoldsWhileFilesAreRead() throws {
    let rows = String(repeating: "1,2\n", count: 2_000_000)
    try folder.write("a,b\n" + rows, to: "a.csv")
    for name in ["a.csv", "a.csv.gz"] {
      let result = try Command.shell(
        "test -e \(name) || gzip -k a.csv; emulsion --memory-limit 10M -e 'em.read(\"\(name)\")'",
        folder: folder.url)
      #expect(result.status == 1)
      #expect(result.errors.contains("not enough memory: the limit of 10 MiB"), "\(result.errors)")
    }
  }
}
