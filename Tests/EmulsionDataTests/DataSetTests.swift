import Emulsion
import EmulsionData
import Testing

@Suite("Bundled data sets")
struct DataSetTests {
  @Test(
    "have the shapes their sources give",
    arguments: [
      ("acidity", 155, 1), ("births", 189, 8), ("bushfire", 38, 5), ("chicks", 578, 4),
      ("diabetes", 145, 4), ("faithful", 272, 2), ("galaxies", 82, 1), ("iris", 150, 5),
      ("tone", 150, 2), ("wine", 178, 14),
    ])
  func shape(name: String, rows: Int, columns: Int) throws {
    let table = try DataSets.table(named: name)
    #expect(table.rows == rows)
    #expect(table.columns == columns)
    let text = try table.names.filter { try table[$0]?.isNumeric == false }
    let labelled = ["births", "chicks", "diabetes", "iris", "wine"].contains(name)
    #expect(text == (labelled ? ["label"] : []))
    #expect(table.location(ofRow: 0) == "\(name), line 2")
  }

  @Test("are listed in alphabetical order")
  func names() {
    #expect(DataSets.names.count == 10)
    #expect(DataSets.names == DataSets.names.sorted())
  }

  @Test("an unknown name is answered with the nearest one")
  func unknown() {
    #expect(
      throws: EmulsionError(.invalidOption, "no data set \"irsi\"; did you mean \"iris\"?")
    ) { try DataSets.table(named: "irsi") }
  }

  @Test("describe themselves")
  func describe() throws {
    let iris = try DataSets.table(named: "iris")
    #expect(
      try iris.describe().text(width: 80) == """
        Table, 150 rows × 5 columns

                      count    mean       sd  min  25%  median  75%  max
        Sepal_Length    150  5.8433  0.82807  4.3  5.1     5.8  6.4  7.9
        Sepal_Width     150  3.0573  0.43587    2  2.8       3  3.3  4.4
        Petal_Length    150   3.758   1.7653    1  1.6    4.35  5.1  6.9
        Petal_Width     150  1.1993  0.76224  0.1  0.3     1.3  1.8  2.5

               count  distinct  most frequent
        label    150         3  setosa (50)
        """)
  }
}
