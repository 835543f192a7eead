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
