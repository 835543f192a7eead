import Emulsion
import EmulsionData
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Numbers in a `.npy` file that is large enough to be mapped: three groups of rows, four columns.
struct StoredArray {
  static let rows = 80_000
  static let columns = 4

  enum Layout: String, CaseIterable {
    case doublesByRows = "<f8 False"
    case doublesByColumns = "<f8 True"
    case floatsByRows = "<f4 False"
    case floatsByColumns = "<f4 True"
    case bigEndian = ">f8 False"

    var type: String { String(rawValue.prefix(3)) }
    var isColumnMajor: Bool { rawValue.hasSuffix("True") }
    var isMapped: Bool { self != .bigEndian }
  }

  let layout: Layout
  let matrix: Matrix

  init(_ layout: Layout) {
    self.layout = layout
    var random = SplitMix(state: 5)
    let values = (0..<Self.rows * Self.columns).map { cell in
      Double(cell / Self.columns % 3 * 8) + Float(random.next() >> 40) / 0x1p24
    }
    matrix = Matrix(rows: Self.rows, columns: Self.columns, values: values)
  }

  /// The bytes of the file; 128 come before the numbers.
  var bytes: [UInt8] {
    let shape = "(\(Self.rows), \(Self.columns))"
    let order = layout.isColumnMajor ? "True" : "False"
    var header = "{'descr': '\(layout.type)', 'fortran_order': \(order), 'shape': \(shape), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    let ordered = layout.isColumnMajor ? matrix.transposed().values : matrix.values
    let numbers =
      switch layout.type {
      case "<f4": ordered.map { Float($0) }.withUnsafeBytes { Array($0) }
      case ">f8": ordered.map(\.bitPattern.bigEndian).withUnsafeBytes { Array($0) }
      default: ordered.withUnsafeBytes { Array($0) }
      }
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8) + numbers
  }
}

private func + (a: Double, b: Float) -> Double { Double(Float(a + Double(b))) }

@Suite("Arrays used in their files")
struct MappedArrayTests {
  private var options: FitOptions {
    var options = FitOptions()
    options.components = 3
    options.covariance = "diagonal"
    options.restarts = 1
    options.maximumIterations = 3
    options.tolerance = 0
    return options
  }

  @Test("are tables as others are", arguments: StoredArray.Layout.allCases)
  func operations(layout: StoredArray.Layout) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let array = StoredArray(layout)
    let table = try Table(reading: folder.write(array.bytes, as: "a.npy"))
    let held = try Table(array.matrix)
    #expect((table.memorySize == 0) == layout.isMapped)
    #expect(table.rows == StoredArray.rows)
    try expectSame(table, held)
    #expect(try table.matrix() == array.matrix)
    #expect(try table.matrix(["x3", "x1"]).row(77_777) == held.matrix(["x3", "x1"]).row(77_777))
    #expect(table.description == held.description)
    try expectSame(table.head(3), held.head(3))
    try expectSame(table.head(70_000).select(["x4"]), held.head(70_000).select(["x4"]))
    let rows = [79_999, 0, 5, 5]
    try expectSame(table.gather(rows: rows), held.gather(rows: rows))
    let kept = (0..<table.rows).map { $0 % 1000 == 1 }
    try expectSame(table.filter(keeping: kept), held.filter(keeping: kept))
    let more = try table.adding(.text(Array(repeating: "a", count: table.rows)), named: "group")
    let copy = try more.gather(rows: Array(0..<table.rows))
    #expect(try more.describe().text() == copy.describe().text())
    try expectSame(more.drop(["group"]), held)
  }

  @Test("give the fit that the same numbers in memory give", arguments: StoredArray.Layout.allCases)
  func fit(layout: StoredArray.Layout) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let array = StoredArray(layout)
    let table = try Table(reading: folder.write(array.bytes, as: "a.npy"))
    for names in [["x1", "x2", "x3", "x4"], ["x4", "x2"]] {
      let positions = names.map { Int($0.dropFirst())! - 1 }
      let expected = try Catalogue.standard.fit(
        MatrixSource(array.matrix, selecting: positions), options)
      let model = try Catalogue.standard.fit(table.source(columns: names), options)
      #expect(model.logLikelihood == expected.logLikelihood)
      #expect(model.means == expected.means)
      #expect(model.columnNames == names)
      let floats = ArraySource(
        values: array.matrix.values.map { Float($0) }, rows: StoredArray.rows,
        width: StoredArray.columns, selecting: positions)
      let single = try Catalogue.standard.fit(floats, options)
      #expect(single.logLikelihood == expected.logLikelihood)
    }
  }

  @Test("columns in memory and in a file make one source, with weights from a file")
  func mixed() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let array = StoredArray(.floatsByRows)
    let table = try Table(reading: folder.write(array.bytes, as: "a.npy"))
      .adding(.numbers(array.matrix.column(1).map { -$0 }), named: "x2")
    let source = try table.source(weights: .column("x3"))
    #expect(source.columnNames == ["x1", "x2", "x4"])
    var buffer = BlockBuffer(columns: 3, capacity: 10)
    try source.read(70_000..<70_007, into: &buffer)
    for i in 0..<7 {
      let row = array.matrix.row(70_000 + i)
      let start = row.startIndex
      #expect(buffer.block.column(0)[i] == row[start])
      #expect(buffer.block.column(1)[i] == -row[start + 1])
      #expect(buffer.block.column(2)[i] == row[start + 3])
    }
  }

  @Test("rows are read in any order", arguments: StoredArray.Layout.allCases)
  func scattered(layout: StoredArray.Layout) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let array = StoredArray(layout)
    let table = try Table(reading: folder.write(array.bytes, as: "a.npy"))
    let weights = (0..<StoredArray.rows).map { Double($0) }
    let source = try table.source(columns: ["x4", "x1", "x2"], weights: .values(weights))
    let matrix = MatrixSource(array.matrix, selecting: [3, 0, 1], weights: weights)
    let rows = (0..<41).map { $0 * 1_999_993 % StoredArray.rows }
    for source in [source, matrix] as [any RandomAccessSource] {
      var buffer = BlockBuffer(columns: 3, capacity: 41)
      try source.read(rows.count, of: rows.span, into: &buffer)
      for (i, row) in rows.enumerated() {
        for (j, position) in [3, 0, 1].enumerated() {
          #expect(buffer.block.column(j)[i] == array.matrix[row, position])
        }
        #expect(buffer.block.rowID(i) == row)
      }
    }
  }

  @Test(
    "a file that is cut short while a fit runs ends it with an error",
    arguments: [StoredArray.Layout.doublesByRows, .floatsByColumns],
    [
      // Whole pages go, a part of the last page, all but a part of the header.
      1_000_000, -100, 60,
    ])
  func truncatedDuringFit(layout: StoredArray.Layout, size: Int) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let bytes = StoredArray(layout).bytes
    let path = try folder.write(bytes, as: "a.npy")
    let source = try Table(reading: path).source()
    let polls = Atomic(0)
    var options = options
    options.maximumIterations = 1000
    options.isCancelled = {
      // The data are summarised, and EM has begun.
      if polls.wrappingAdd(1, ordering: .relaxed).newValue == 200 {
        truncate(path, size < 0 ? bytes.count + size : size)
      }
      return false
    }
    #expect(
      throws: EmulsionError(
        .io, "\(path): the file was changed after it was read; read it again")
    ) { try Catalogue.standard.fit(source, options) }
  }

  @Test("a file that was written again is not taken for the one that was read")
  func rewritten() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let bytes = StoredArray(.doublesByRows).bytes
    let path = try folder.write(bytes, as: "a.npy")
    let table = try Table(reading: path)
    _ = try folder.write(bytes, as: "a.npy")
    var times = [timespec](repeating: timespec(tv_sec: 1, tv_nsec: 1), count: 2)
    utimensat(AT_FDCWD, path, &times, 0)
    let expected = EmulsionError(
      .io, "\(path): the file was changed after it was read; read it again")
    #expect(throws: expected) { try table["x1"] }
    #expect(throws: expected) { try table.head(2).matrix() }
    #expect(throws: expected) { try table.describe() }
    #expect(throws: expected) { try table.gather(rows: [1]) }
    #expect(throws: expected) { try table.write(to: folder.file("b.csv")) }
    #expect(throws: expected) { try Catalogue.standard.fit(table.source(), options) }
    #expect(table.description == "Table, 80000 rows × 4 columns: \(expected.message)")
  }
}
