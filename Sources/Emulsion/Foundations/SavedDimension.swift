/// What a family that is found by its name alone writes into a model file: how many columns it is for.
package struct SavedDimension: Codable {
  /// The number of columns, 1 to 1,000,000.
  package let columns: Int

  /// More columns no model has.
  static let most = 1_000_000

  /// Makes it.
  package init(_ columns: Int) { self.columns = columns }

  /// - Throws: `invalid-data` for a number of columns that no data have.
  package init(from decoder: any Decoder) throws {
    columns = try Self.checked(
      decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .columns))
  }

  /// The number, if a model can have as many columns.
  ///
  /// - Throws: `invalid-data` for one that no data have.
  package static func checked(_ columns: Int) throws -> Int {
    guard (1...most).contains(columns) else {
      throw EmulsionError(.invalidData, "the file is damaged: it tells of \(columns) columns")
    }
    return columns
  }

  private enum CodingKeys: String, CodingKey {
    case columns
  }
}
