/// What a family that is found by its name alone writes into a model file: how many columns it is for.
package struct SavedDimension: Codable {
  /// The number of columns, 1 to 1,000,000.
  package let columns: Int

  /// Makes it.
  package init(_ columns: Int) { self.columns = columns }

  /// - Throws: `invalid-data` for a number of columns that no data have.
  package init(from decoder: any Decoder) throws {
    columns = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .columns)
    guard (1...1_000_000).contains(columns) else {
      throw EmulsionError(.invalidData, "\(columns) columns")
    }
  }

  private enum CodingKeys: String, CodingKey {
    case columns
  }
}
