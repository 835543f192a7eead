import Emulsion
import EmulsionData
import Foundation
import Testing

/// Model files whose numbers, texts and lengths were changed at random and that were signed again are refused or
/// can be used; nothing traps.
@Suite struct AlteredModelTests {
  @Test(arguments: [("EVE", true), ("VEV", false), ("diagonal", true), ("full", false)])
  func alteredFiles(covariance: String, noise: Bool) throws {
    let table = try DataSets.table(named: "iris").drop(["label"])
    let data = MatrixSource(try table.matrix(), columnNames: table.names)
    let model = try fit(data) {
      $0.components = 2
      $0.covariance = covariance
      $0.noise = noise
    }
    let few = MatrixSource(
      Matrix(rows: 3, columns: 4, values: (0..<12).map { Double($0 % 5) }), columnNames: table.names
    )
    let path = FileManager.default.temporaryDirectory.appending(path: "altered-\(UUID()).json")
    defer { try? FileManager.default.removeItem(at: path) }
    try model.save(to: path.path)
    let tree = try JSONDecoder().decode(JSON.self, from: Data(contentsOf: path))
    var random = CounterRandom(seed: 5)
    var used = 0
    for _ in 0..<150 {
      var changed = tree
      for _ in 0..<(1 + Int(3 * random.uniform())) {
        changed = changed.altered(["mixture"], using: &random)
      }
      try JSONEncoder().encode(changed.signed).write(to: path)
      guard let loaded = try? Catalogue.standard.load(path: path.path) else { continue }
      used += 1
      _ = loaded.description
      _ = try? loaded.posterior(few)
      _ = try? loaded.sample(3, seed: 1)
      _ = (0..<loaded.components).map { loaded.covariance(ofComponent: $0) }
      var options = FitOptions()
      options.maximumIterations = 2
      _ = try? loaded.resume(few, options)
    }
    #expect(used > 5)
  }

  /// Levels that were changed are refused by what is wrong with them; a model without any is one of numbers.
  @Test(
    arguments: [
      (.number(3), "lists of texts"), (.members([:]), "lists of texts"),
      (.members(["q": .list([.number(1), .number(2)])]), "lists of texts"),
      (.members(["q": .list([.text("no"), .text("no")])]), "each once"),
      (.members(["q": .list([.text("yes"), .text("no")])]), "not in order"),
      (.members(["q": .list([])]), "each once"),
      (.members(["q": .list([.text("no")])]), "don't fit"),
      (.members(["r": .list([.text("no"), .text("yes")])]), "no column of the model"),
    ] as [(JSON, String)])
  func alteredLevels(levels: JSON, part: String) throws {
    let tree = try codedModel().tree
    let error = #expect(throws: EmulsionError.self) {
      try load(tree.replacing(["levels"], by: levels).signed)
    }
    #expect(error?.code == .invalidData)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }

  @Test func alteredCodedModels() throws {
    let (model, tree) = try codedModel()
    #expect(try load(tree).levels["q"] == ["no", "yes"])
    var random = CounterRandom(seed: 6)
    for _ in 0..<200 {
      let path = random.uniform() < 0.5 ? ["levels"] : []
      guard let loaded = try? load(tree.altered(path, using: &random).signed) else { continue }
      _ = loaded.description
      guard let drawn = try? loaded.sample(3, seed: 1) else { continue }
      _ = try? Table(drawn.rows, of: loaded)
      _ = try? Table([("q", .text(["yes", nil, "no"]))]).source(for: loaded)
    }
    #expect(model.levels["q"] == ["no", "yes"])
  }

  /// A model of a column of two texts, and its file.
  private func codedModel() throws -> (model: Model, tree: JSON) {
    let table = try Table([("q", .text(["no", "yes", "yes", "no", "yes"]))])
    var options = FitOptions()
    options.family = Coin()
    let model = try catalogue.fit(table.source(for: [options.family]), options)
    return (
      model,
      try withPath { path in
        try model.save(to: path)
        return try JSONDecoder().decode(JSON.self, from: Data(contentsOf: URL(filePath: path)))
      }
    )
  }

  private var catalogue: Catalogue {
    var catalogue = Catalogue.standard
    catalogue.register(Coin())
    return catalogue
  }

  private func load(_ tree: JSON) throws -> Model {
    try withPath { path in
      try JSONEncoder().encode(tree).write(to: URL(filePath: path))
      return try catalogue.load(path: path)
    }
  }

  private func withPath<Result>(_ body: (String) throws -> Result) throws -> Result {
    let path = FileManager.default.temporaryDirectory.appending(path: "coded-\(UUID()).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  /// Regularization that drowns every scatter leaves no axes to be found.
  @Test func drownedScatters() throws {
    let table = try DataSets.table(named: "iris").drop(["label"])
    let data = MatrixSource(try table.matrix(), columnNames: table.names)
    for regularization in [1e19, 1e150, 1e300] {
      for covariance in covarianceNames {
        _ = try? fit(data) {
          $0.components = 2
          $0.covariance = covariance
          $0.regularization = regularization
        }
      }
    }
  }
}

/// 0 or 1.
private struct Coin: UnivariateExponentialFamily {
  var name: String { "coin" }
  var parameters: [UnivariateParameter] {
    [UnivariateParameter("share", in: .unitInterval, neutral: 0.5)]
  }
  var support: Support { .binary }

  func naturalForm(_ parameters: [Double]) -> (eta: [Double], constant: Double) {
    let (yes, no) = (log(max(parameters[0], 1e-9)), log(max(1 - parameters[0], 1e-9)))
    return ([yes - no], no)
  }

  func estimate(sums: [Double], count: Double, previous: [Double]) -> [Double] {
    [min(1, sums[0] / count)]
  }

  func sample(_ parameters: [Double], using random: inout CounterRandom) -> Double {
    random.uniform() < parameters[0] ? 1 : 0
  }

  func moments(_ parameters: [Double]) -> (mean: Double, variance: Double)? {
    (parameters[0], parameters[0] * (1 - parameters[0]))
  }
}

extension JSON {
  /// The tree with something changed within the part at `path`.
  fileprivate func altered(_ path: [String], using random: inout CounterRandom) -> JSON {
    var (place, part) = (path, path.reduce(self) { $0.part($1) })
    while true {
      let keys = part.keys
      guard !keys.isEmpty, random.uniform() < 0.9 else { break }
      let key = keys[min(Int(random.uniform() * Double(keys.count)), keys.count - 1)]
      (place, part) = (place + [key], part.part(key))
    }
    return replacing(place[...], by: part.other(using: &random))
  }

  private var keys: [String] {
    switch self {
    case .list(let list): list.indices.map(String.init)
    case .members(let members): members.keys.sorted()
    default: []
    }
  }

  private func part(_ key: String) -> JSON {
    switch self {
    case .list(let list): Int(key).map { list[$0] } ?? self
    case .members(let members): members[key] ?? self
    default: self
    }
  }

  private func other(using random: inout CounterRandom) -> JSON {
    let share = random.uniform()
    switch self {
    case .null: return .text("full")
    case .truth(let value): return .truth(!value)
    case .number:
      let numbers: [JSON] = [
        .number(0), .number(-1), .number(1), .number(3), .number(1e308), .number(2.5e-308),
        .number(1e19),
        .number(-4e18), .text("NaN"), .text("Infinity"), .text("x"), .list([]),
      ]
      return numbers[min(Int(share * Double(numbers.count)), numbers.count - 1)]
    case .text(let text):
      let texts = ["", text + "x", "full", "EVE", "diagonal", "spherical", "gaussian"]
      return .text(texts[min(Int(share * Double(texts.count)), texts.count - 1)])
    case .list(let list):
      return share < 0.3
        ? .list(list.dropLast())
        : share < 0.6
          ? .list(list + list.prefix(1)) : share < 0.8 ? .list([]) : .list(list.reversed())
    case .members(var members):
      let keys = members.keys.sorted()
      guard !keys.isEmpty else { return .list([]) }
      members[keys[min(Int(share * Double(keys.count)), keys.count - 1)]] = nil
      return .members(members)
    }
  }
}
