import Emulsion
import EmulsionData
import LuaBridge

final class VectorObject: LuaObject {
  let values: [Double]
  init(_ v: [Double]) { values = v }
  static var luaClass: LuaClass<VectorObject> { LuaClass("Vector", "") }
}
final class MatrixObject: LuaObject {
  let matrix: Matrix
  init(_ v: Matrix) { matrix = v }
  static var luaClass: LuaClass<MatrixObject> { LuaClass("Matrix", "") }
}
final class TableObject: LuaObject {
  let table: Table
  init(_ v: Table) { table = v }
  static var luaClass: LuaClass<TableObject> { LuaClass("Table", "") }
}
func vectorObject(_ values: [Double]) -> VectorObject { VectorObject(values) }
func matrixObject(_ matrix: Matrix) -> MatrixObject { MatrixObject(matrix) }
extension LuaValue {
  var dataTable: Table? { object(as: TableObject.self)?.table }
  func dataMatrix() throws -> Matrix { try matrix("data") }
  func numbers(_ name: String) throws -> [Double] { try numberList() ?? [] }
  func numberList() throws -> [Double]? { nil }
  func matrix(_ name: String) throws -> Matrix { throw mustBe(name, "a matrix") }
}
