import Emulsion

extension Table {
  /// The classes of rows that a column tells; missing cells and empty texts are of none that is known.
  ///
  /// - Throws: `invalid-option` where there is no such column.
  public func labels(named name: String) throws -> KnownLabels {
    switch try column(named: name) {
    case .numbers(let values): KnownLabels(values)
    case .text(let values): KnownLabels(values)
    }
  }
}
