import Emulsion

extension FileSource {
  /// The first `count` rows, or all where there are fewer.
  ///
  /// - Throws: `io` where a file was changed after it was opened.
  public func head(_ count: Int) throws -> Table {
    let count = min(count, rows)
    var columns = [[Double]](repeating: [], count: columnNames.count)
    var buffer = BlockBuffer(columns: columnNames.count, capacity: 256)
    for first in stride(from: 0, to: count, by: 256) {
      try read(first..<min(count, first + 256), into: &buffer)
      let block = buffer.block
      for j in columns.indices {
        let values = block.column(j)
        for i in values.indices { columns[j].append(values[i]) }
      }
    }
    return try Table(
      zip(columnNames, columns).map { name, codes in
        guard levels[name] != nil else { return (name, .numbers(codes)) }
        return (name, .text(codes.map { levels.text(of: $0, in: name) }))
      })
  }
}
