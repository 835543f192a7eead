import CDataSets
import Emulsion

/// The data sets that come with Emulsion.
public enum DataSets {
  /// Their names, in alphabetical order.
  public static var names: [String] { all.map { String(cString: $0.name) } }

  /// The data set called `name`; a class label, where there is one, is the last column, `label`.
  ///
  /// - Throws: `invalid-option` naming the nearest data set where there is none of that name.
  public static func table(named name: String) throws -> Table {
    guard let found = all.first(where: { String(cString: $0.name) == name }) else {
      throw EmulsionError(
        .invalidOption,
        "no data set \"\(name)\"" + nameHint(for: name, among: names))
    }
    let bytes = Array(UnsafeBufferPointer(start: found.bytes, count: found.count))
    return try Table.parse(bytes, name, ",", ReadOptions(header: .present))
  }

  private static var all: [emulsion_data_set] {
    (0..<emulsion_data_set_count()).map(emulsion_data_set_at)
  }
}
