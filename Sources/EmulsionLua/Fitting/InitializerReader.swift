import Emulsion
import EmulsionData
import LuaBridge

/// Reads the option `initializer`: a name, a table that fixes the start, or a function.
struct InitializerReader {
  let catalogue: Catalogue
  let context: LuaContext

  func initializer(_ value: LuaValue) throws -> any Initializer {
    switch value {
    case .string(let name): return try catalogue.initializer(named: name)
    case .table(let table): return try given(table)
    case .function(let function): return closure(function)
    case .userdata(let data):
      guard let model = (data.object as? ModelObject)?.model else { fallthrough }
      let total = model.weights.reduce(0, +)
      return GivenParameters(
        (0..<model.components).map { model.parameters(ofComponent: $0).byName },
        weights: model.weights.map { $0 / total })
    default: throw value.mustBe("initializer", "a name, a table, a Model or a function")
    }
  }

  private static let keys = [
    "labels", "responsibilities", "means", "covariances", "weights", "parameters",
  ]

  private func given(_ table: LuaTable) throws -> any Initializer {
    for (key, _) in try table.pairs() {
      guard let name = key.string, Self.keys.contains(name) else {
        throw EmulsionError(
          .invalidOption,
          "initializer: unknown field \(key.explanation)"
            + nameHint(for: key.string ?? "", among: Self.keys))
      }
    }
    func field(_ name: String) throws -> LuaValue { try table.get(name) }
    let kinds = try ["labels", "responsibilities", "means", "parameters"].filter {
      try !field($0).isNil
    }
    guard kinds.count == 1, let kind = kinds.first else {
      throw EmulsionError(
        .invalidOption,
        "initializer: a table has one of labels, responsibilities, means and parameters")
    }
    let weights = try field("weights")
    let list = try weights.isNil ? nil : weights.numbers("initializer.weights")
    switch kind {
    case "labels": return GivenLabels(try labels(field("labels")))
    case "responsibilities":
      return GivenResponsibilities(
        try field("responsibilities").matrix("initializer.responsibilities"))
    case "means":
      let covariances = try field("covariances")
      return GivenMeans(
        means: try field("means").matrix("initializer.means"),
        covariances: try covariances.isNil ? nil : matrices(covariances), weights: list)
    default:
      return GivenParameters(
        try field("parameters").componentParameters("initializer.parameters"), weights: list)
    }
  }

  /// Classes from 0, −1 for noise: whole numbers from 1, or 0 for noise, or names in the order in which
  /// they come.
  private func labels(_ value: LuaValue) throws -> [Int] {
    let isText = value.object(as: TextsObject.self) != nil
    if try isText || value.table?.get(1).string != nil {
      var known: [String: Int] = [:]
      return try value.texts("initializer.labels").map { name in
        let label = known[name] ?? known.count
        known[name] = label
        return label
      }
    }
    return try value.numbers("initializer.labels").enumerated().map { position, number in
      guard let label = Int(exactly: number), label >= 0 else {
        throw EmulsionError(
          .invalidOption,
          "initializer.labels: element \(position + 1) must be a whole number from 1, or 0 for noise, "
            + "not " + LuaValue.number(number).explanation)
      }
      return label - 1
    }
  }

  private func matrices(_ value: LuaValue) throws -> [Matrix] {
    guard let table = value.table else {
      throw value.mustBe("initializer.covariances", "a list of matrices")
    }
    return try table.list().enumerated().map { position, element in
      try element.matrix("initializer.covariances[\(position + 1)]")
    }
  }

  /// A Lua function as an initializer: it gets the data as a Matrix, K, and a source of random
  /// numbers.
  private func closure(_ function: LuaFunction) -> any Initializer {
    let reader = self
    return ClosureInitializer { data, components, random in
      let source = RandomObject(random)
      let results = try function.call(
        matrixObject(try Matrix(reading: data)), components, source)
      random = source.random
      guard let result = results.first, let table = result.table else {
        throw (results.first ?? .nil).mustBe(
          "what an initializer function returns",
          "a table of labels, responsibilities, means or parameters")
      }
      return try reader.given(table)
    }
  }
}
