import CEmulsionPlugin
import Emulsion

extension LibraryFamily {
  func parameters(of component: PluginComponent) -> [NamedParameter] {
    zip(functions.parameters, functions.parameters.ranges(dimension)).map { parameter, range in
      NamedParameter(parameter.name, parameter.value(component.values[range], columns: dimension))
    }
  }

  /// A component from its parameters, which are all needed.
  func component(from parameters: [String: ParameterValue]) throws -> PluginComponent {
    // The reader refuses matrices where it wants numbers; of one with the right shape it gets these.
    var given = parameters
    for parameter in functions.parameters where parameter.shape == .matrix {
      guard let matrix = given[parameter.name]?.matrix,
        (matrix.rows, matrix.columns) == (dimension, dimension)
      else { continue }
      given[parameter.name] = .vector(matrix.values)
    }
    var reader = ParameterReader(given, of: name)
    let values = try functions.parameters.flatMap {
      try reader.numbers($0.name, count: $0.count(dimension), in: $0.domain)
    }
    try reader.finish()
    return PluginComponent(values: values)
  }

  /// Above 0, or between 0 and 1, where that is what the parameter takes.
  func transform(ofParameter name: String) -> ParameterTransform {
    guard let domain = functions.parameters.first(where: { $0.name == name })?.domain else {
      return .real
    }
    return domain.contains(-1) ? .real : domain.contains(2) ? .positive : .interval
  }

  func moments(of component: PluginComponent) -> Moments? {
    guard let moments = functions.table.moments else { return nil }
    var mean = [Double](repeating: .nan, count: dimension)
    var covariance = [Double](repeating: .nan, count: dimension * dimension)
    do {
      try functions.call("moments") {
        moments(
          functions.table.context, UInt32(dimension), component.values, &mean, &covariance, $0)
      }
    } catch {
      return nil
    }
    guard mean.allSatisfy(\.isFinite), covariance.allSatisfy(\.isFinite) else { return nil }
    return Moments(
      mean: mean, covariance: Matrix(rows: dimension, columns: dimension, values: covariance))
  }

  func diagnose(_ components: [PluginComponent], counts: [Double]) -> [Diagnosis] {
    components.indices.compactMap { k in
      functions.problem(components[k].values, columns: dimension, count: counts[k]).map {
        Diagnosis(component: k, problem: $0)
      }
    }
  }

  func sample(_ component: PluginComponent, using random: inout CounterRandom) throws -> [Double] {
    let table = functions.table
    let row = try withUnsafeMutablePointer(to: &random) { state in
      var source = emulsion_random(
        state: UnsafeMutableRawPointer(state), bits: { generator($0)?.pointee.next() ?? 0 },
        uniform: { generator($0)?.pointee.uniform() ?? .nan },
        normal: { generator($0)?.pointee.normal() ?? .nan })
      return try functions.guarded([Double](repeating: .nan, count: dimension), "sample") { row in
        try functions.call("sample") {
          table.sample?(table.context, UInt32(dimension), component.values, &source, row, $0)
        }
      }
    }
    if let j = row.firstIndex(where: { !$0.isFinite }) {
      throw functions.failure(
        "sample", "gave \(row[j].formatted(significant: 6)) for column \(j + 1)")
    }
    return row
  }

  /// Writes the number of columns.
  func encode(to encoder: any Encoder) throws { try SavedDimension(dimension).encode(to: encoder) }

  init(reading decoder: any Decoder, _ functions: PluginFunctions) throws {
    try self.init(functions, columns: SavedDimension(from: decoder).columns)
  }

  /// Reads back a component whose parameters the family allows.
  func decodeComponent(from decoder: any Decoder) throws -> PluginComponent {
    let component = try PluginComponent(from: decoder)
    guard component.values.count == functions.parameters.count(dimension) else {
      throw EmulsionError(
        .invalidData, "a component's parameters don't fit \(dimension.counted("column"))")
    }
    if let (name, _) = functions.parameters.firstWrong(in: component.values, columns: dimension) {
      throw EmulsionError(.invalidData, "a component's \(name) is out of range")
    }
    return component
  }
}

/// The generator behind what a library was given as the state of its random numbers; `nil` where it
/// draws without it, so that the row it makes is refused.
private func generator(_ state: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<CounterRandom>? {
  state?.assumingMemoryBound(to: CounterRandom.self)
}
