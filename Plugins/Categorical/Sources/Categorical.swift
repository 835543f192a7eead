import Emulsion

/// Answers out of a few: columns of codes, independent given the component, which is latent class
/// analysis (Lazarsfeld & Henry 1968).
///
/// The levels of a column are the distinct numbers or texts in it. Density Πⱼ pⱼ(xⱼ); the M step is
/// pⱼ(l) = Σγ[xⱼ = l]/Σγ.
public struct Categorical: FamilyDefinition {
  /// More levels than this are no categories.
  private static let mostLevels = 1000

  /// Makes the definition.
  public init() {}
  /// `categorical`.
  public var name: String { "categorical" }
  /// For help.
  public var summary: String {
    "columns of codes or texts (latent classes); parameter probabilities"
  }

  /// Levels.
  public func reading(ofTextColumn name: String) -> TextReading? { .categories }

  /// True.
  public var keepsConstraints: Bool { true }

  /// Finds the levels of every column, those of all rows where the data are a part of them.
  ///
  /// - Throws: `invalid-data` for a column of more than 1000.
  public func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    let names = context.data.columnNames
    var levels = names.map { _ in Set<Double>() }
    try context.forEachBlock(of: context.population) { block in
      for j in names.indices {
        let values = block.column(j)
        // Adding 0 makes −0 and 0 the same level.
        for i in values.indices { levels[j].insert(values[i] + 0) }
        guard levels[j].count <= Self.mostLevels else {
          throw EmulsionError(
            .invalidData,
            "column \"\(names[j])\" has more than \(Self.mostLevels) different values, which are no "
              + "categories; describe it by another family")
        }
      }
    }
    var family = CategoricalFamily(levels: levels.map { $0.sorted() })
    try family.name(columns: names, context.data.columnLevels)
    let absent = zip(try allLevels(of: context.population), levels).map {
      $0.subtracting($1).sorted()
    }
    if absent.contains(where: { !$0.isEmpty }) { family.absent = absent }
    return context.constraints.isEmpty ? family : try family.constrained(in: context)
  }

  /// Rows with the codes 1, 2, … in every column, as many as have a probability in some component.
  public func exampleRows(columns: [String]?, _ parameters: [[String: ParameterValue]]) -> Matrix {
    let given = parameters.compactMap { $0["probabilities"] }
    let d = columns?.count ?? max(1, given.first?.matrix?.rows ?? 1)
    var counts = Array(repeating: 1, count: d)
    for value in given {
      let width = value.matrix?.columns ?? max(1, value.numbers.count / d)
      for (place, share) in value.numbers.enumerated() where share != 0 && place / width < d {
        counts[place / width] = max(counts[place / width], place % width + 1)
      }
    }
    let rows = counts.max() ?? 1
    return Matrix(
      rows: rows, columns: d,
      values: (0..<rows).flatMap { i in counts.map { Double(i % $0 + 1) } })
  }

  /// The numbers in all rows, those of weight 0 included: they count for nothing, but can be asked about.
  private func allLevels(of data: any DataSource) throws -> [Set<Double>] {
    var levels = data.columnNames.map { _ in Set<Double>() }
    let size = 256
    var buffer = BlockBuffer(columns: data.columns, capacity: max(size, data.rowsPerBlock))
    for first in stride(from: 0, to: data.rows, by: buffer.capacity) {
      try data.read(first..<min(data.rows, first + buffer.capacity), into: &buffer)
      guard buffer.hasWeights else { return levels }
      let block = buffer.block
      for j in levels.indices {
        let values = block.column(j)
        for i in values.indices where values[i].isFinite && levels[j].count < Self.mostLevels {
          levels[j].insert(values[i] + 0)
        }
      }
    }
    return levels
  }

  /// Reads the levels back.
  public func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws
    -> any ComponentFamily
  {
    var family = try CategoricalFamily(from: decoder)
    guard !family.levels.isEmpty,
      family.levels.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isFinite) && $0 == $0.sorted() }),
      family.restricted.map({ $0.count == family.featureCount }) ?? true,
      family.absent.map({ $0.count == family.levels.count }) ?? true
    else { throw EmulsionError(.invalidData, "the levels of a categorical family are damaged") }
    if let columns = family.columns {
      guard !decoder.columnLevels.selecting(columns).isEmpty else {
        throw EmulsionError(.invalidData, "the texts of the levels are missing")
      }
      try family.name(columns: columns, decoder.columnLevels)
    }
    return family
  }
}
