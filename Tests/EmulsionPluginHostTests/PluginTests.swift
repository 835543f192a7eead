import Emulsion
import EmulsionPluginHost
import EmulsionTestKit
import Foundation
import Testing

/// Families that really come from shared libraries.
@Suite struct PluginTests {
  private let fixture: PluginFixture
  private let data: MatrixSource

  init() throws {
    fixture = try PluginFixture()
    var counts: [Double] = []
    for i in 0..<600 {
      let isLow = i % 3 == 0
      counts.append(Double(isLow ? i % 4 : 20 + i * 7 % 31))
      counts.append(Double(isLow ? i % 2 : i % 5))
    }
    data = MatrixSource(Matrix(rows: 600, columns: 2, values: counts), columnNames: ["a", "b"])
  }

  private func catalogue() throws -> Catalogue {
    var catalogue = Catalogue.standard
    #expect(try catalogue.loadPlugin(fixture.geometric()) == ["geometric"])
    return catalogue
  }

  private func options(_ catalogue: Catalogue, components: Int) throws -> FitOptions {
    var options = FitOptions()
    options.family = try catalogue.family(named: "geometric")
    options.components = components
    return options
  }

  @Test func oneComponentIsTheClosedForm() throws {
    let catalogue = try catalogue()
    let model = try catalogue.fit(data, options(catalogue, components: 1))
    let means = try #require(model.means)
    var expected = 0.0
    for j in 0..<2 {
      let sum: Double = data.matrix.column(j).reduce(0, +)
      let p: Double = 600 / (600 + sum)
      let mean: Double = (1 - p) / p
      #expect(abs(means[0, j] - mean) < 1e-12 * mean)
      expected += 600 * log(p) + sum * log1p(-p)
    }
    #expect(abs(model.logLikelihood - expected) < 1e-9 * abs(expected))
    #expect(model.freeParameters == 2)
  }

  /// What a library says nothing of is searched for; of a geometric law there is a closed form.
  @Test func parametersAreFixedOrShared() throws {
    let catalogue = try catalogue()
    let name = try #require(
      catalogue.fit(data, options(catalogue, components: 1)).parameters[0].first
    ).name
    func fit(_ change: (inout FitOptions) -> Void) throws -> Model {
      var options = try options(catalogue, components: 2)
      options.tolerance = 1e-6
      // Few starts lead to the optimum with one mean of b; more are sure to.
      options.restarts = 40
      change(&options)
      return try catalogue.fit(data, options)
    }
    let free = try fit { _ in }
    let one = try catalogue.fit(data, options(catalogue, components: 1))
    let tied = try fit { $0.constraints.tied = [name] }
    #expect(abs(tied.logLikelihood - one.logLikelihood) < 1e-6 * abs(one.logLikelihood))
    #expect(tied.freeParameters == free.freeParameters - 2)
    #expect(tied.parameters[0] == tied.parameters[1])
    let partly = try fit { $0.constraints.tied = ["b"] }
    #expect(partly.freeParameters == free.freeParameters - 1)
    #expect(partly.logLikelihood > tied.logLikelihood && partly.logLikelihood < free.logLikelihood)
    let fixed = try fit { $0.constraints.fixed = ["a": .scalar(0.1)] }
    #expect(fixed.parameters.allSatisfy { $0[0].value.numbers[0] == 0.1 })
    for model in [tied, partly, fixed] {
      #expect(model.firstFall == nil)
    }
    for wrong in [
      ["p2": ParameterValue.scalar(0.1)], ["a": .scalar(2)], [name: .vector([1, 2, 3])],
    ] {
      #expect { try fit { $0.constraints.fixed = wrong } } throws: {
        ($0 as? EmulsionError)?.code == .invalidOption
      }
    }
  }

  @Test func threadsChangeNoBit() throws {
    let catalogue = try catalogue()
    let fits = try [1, 2].map { threads in
      var options = try options(catalogue, components: 3)
      options.threads = threads
      return try catalogue.fit(data, options)
    }
    #expect(fits[0].trace == fits[1].trace)
    #expect(fits[0].parameters == fits[1].parameters)
  }

  @Test func savedModelsGiveTheSameBits() throws {
    let catalogue = try catalogue()
    let model = try catalogue.fit(data, options(catalogue, components: 2))
    let path = fixture.folder.appending(path: "model.json").path
    try model.save(to: path)
    #expect(try catalogue.load(path: path).logDensity(data) == model.logDensity(data))
    let error = #expect(throws: EmulsionError.self) { try Catalogue.standard.load(path: path) }
    #expect(error?.code == .invalidData)
    #expect(error?.message.contains("family \"geometric\" is not here") == true)
  }

  @Test func drawnRowsGiveTheParametersBack() throws {
    let catalogue = try catalogue()
    let model = try catalogue.fit(data, options(catalogue, components: 2))
    let drawn = MatrixSource(try model.sample(20_000, seed: 3).rows, columnNames: ["a", "b"])
    let again = try catalogue.fit(drawn, options(catalogue, components: 2))
    let first = try #require(model.means).values
    let second = try #require(again.means).values
    for (a, b) in zip(first, second) { #expect(abs(a - b) < 0.05 * (1 + abs(a))) }
  }

  @Test func aLibraryMayBeLoadedTwice() throws {
    let path = try fixture.geometric()
    var catalogue = Catalogue.standard
    try catalogue.loadPlugin(path)
    #expect(try catalogue.loadPlugin(path) == ["geometric"])
    #expect(catalogue.familyNames.filter { $0 == "geometric" }.count == 1)
  }

  @Test func aListNamesLibrariesAndFolders() throws {
    _ = try fixture.geometric()
    try "no library".write(
      to: fixture.folder.appending(path: "notes.txt"), atomically: true, encoding: .utf8)
    var catalogue = Catalogue.standard
    try catalogue.loadPlugins(listedIn: ":\(fixture.folder.path)")
    #expect(catalogue.familyNames.contains("geometric"))
  }

  // MARK: Faults

  @Test(arguments: [
    ("broken.abi = 2", "version 2"), ("broken.size = 8", "8 bytes"),
    ("broken.family_count = 0", "no families"), ("list[0] = 0", "no table"),
    ("broken.family_count = 2", "two families \"geometric\""), ("return 0", "gave nothing"),
    ("family.size = 16", "16 bytes"), ("family.name = \"Geo Metric\"", "lower-case"),
    ("family.name = 0", "lower-case"), ("family.estimate = 0", "no function estimate"),
    ("family.support = 0", "does not say what it supports"),
    ("family.parameter_count = 0", "no parameters"),
    ("family.features = features", "features and natural"),
  ])
  func wrongTablesAreOneLine(fault: String, part: String) throws {
    let path = try fixture.faulty(fault)
    var catalogue = Catalogue.standard
    let error = #expect(throws: EmulsionError.self) { try catalogue.loadPlugin(path) }
    #expect(error?.code == .io)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    #expect(error?.message.hasPrefix(path) == true)
    #expect(error?.message.contains("\n") == false)
    #expect(catalogue.familyNames == Catalogue.standard.familyNames)
  }

  @Test func takenNamesAreRefused() throws {
    var catalogue = Catalogue.standard
    let other = try fixture.faulty("family.name = \"gaussian\"")
    let error = #expect(throws: EmulsionError.self) { try catalogue.loadPlugin(other) }
    #expect(error?.code == .invalidOption)
    #expect(error?.message.contains("\"gaussian\"") == true)
  }

  @Test func otherFilesAreNoPlugins() throws {
    let text = fixture.folder.appending(path: "text.so")
    try "no library".write(to: text, atomically: true, encoding: .utf8)
    let source = fixture.folder.appending(path: "empty.c")
    try "int empty;".write(to: source, atomically: true, encoding: .utf8)
    for (path, part) in [
      ("/nowhere/lib.so", "No such file"), (text.path, "no shared library"),
    ] {
      let error = #expect(throws: EmulsionError.self) { try PluginLibrary(loading: path) }
      #expect(error?.code == .io)
      #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }
  }

  @Test(arguments: [
    ("family.estimate = unlucky", "estimate: out of luck"),
    ("family.neutral = silent", "neutral: gave the status 7, which is none"),
    ("family.estimate = beyond", "estimate: wrote past the end of its 2 numbers"),
    ("family.accumulate = spilling", "accumulate: wrote past the end of its 2 numbers"),
    ("family.neutral = idle", "neutral: gave probability = nan"),
    ("family.add_log_density = unknown", "add_log_density: gave nan for row 3"),
    ("family.add_log_density = infinite", "add_log_density: gave inf for row"),
    ("family.accumulate = poisoned", "accumulate: sum 1 came out as nan"),
    ("family.statistic_count = countless", "statistic_count: gave 18446744073709551615"),
    ("family.statistic_count = half", "statistic_count: gave 4611686018427387904"),
    ("family.free_parameters = free_of_all", "free_parameters: gave 18446744073709551615"),
    ("family.free_parameters = free_of_half", "free_parameters: gave 9223372036854775808"),
    ("family.free_parameters = free_of_most", "for 2 components, which is too many"),
    (
      "family.features = lost_features; family.natural = natural",
      "features: gave nan as feature 1 of row 4"
    ),
    ("family.features = features; family.natural = no_eta", "natural: gave nan"),
  ])
  func errorsNameFamilyAndFunction(fault: String, part: String) throws {
    var catalogue = Catalogue.standard
    try catalogue.loadPlugin(fixture.faulty(fault))
    let error = #expect(throws: EmulsionError.self) {
      try catalogue.fit(data, options(catalogue, components: 2))
    }
    #expect(error?.code == .script)
    #expect(error?.message.contains("\"geometric\"") == true)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }

  /// By its features, by these or one by one as components need it, or with a table that ends before them.
  @Test(arguments: [
    "family.features = features; family.natural = natural",
    "family.features = features; family.natural = often_apart",
    "family.size = offsetof(emulsion_family, features); family.features = lost_features",
  ])
  func featuresAreTheSameFamily(change: String) throws {
    var catalogue = Catalogue.standard
    try catalogue.loadPlugin(fixture.faulty(change))
    let plain = try self.catalogue()
    let models = try [catalogue, plain].map { catalogue in
      var options = try options(catalogue, components: 3)
      (options.restarts, options.tolerance) = (1, 1e-8)
      return try catalogue.fit(data, options)
    }
    let (own, other) = (models[0].logLikelihood, models[1].logLikelihood)
    #expect(abs(own - other) < 1e-6 * abs(other))
    #expect(try models[0].predict(data) == models[1].predict(data))
  }

  @Test func anErrorWithoutAnEndIsCut() throws {
    var catalogue = Catalogue.standard
    try catalogue.loadPlugin(fixture.faulty("family.sample = wordy"))
    let model = try catalogue.fit(data, options(catalogue, components: 1))
    let error = #expect(throws: EmulsionError.self) { try model.sample(1, seed: 0) }
    #expect(error?.message.hasSuffix("x") == true)
    #expect((error?.message.count ?? 0) < 700)
  }

  @Test func otherColumnsAreRefused() throws {
    var catalogue = Catalogue.standard
    try catalogue.loadPlugin(fixture.faulty("family.columns = 3"))
    let error = #expect(throws: EmulsionError.self) {
      try catalogue.fit(data, options(catalogue, components: 1))
    }
    #expect(error?.code == .invalidData)
    #expect(error?.message.contains("describes 3 columns") == true)
  }
}
