import Emulsion
import LuaBridge

extension JSONValue: LuaConvertible {
  /// Pushes the value: named values as a table.
  package func push(onto stack: LuaStack) throws {
    switch self {
    case .null: try Bool?.none.push(onto: stack)
    case .boolean(let value): try value.push(onto: stack)
    case .integer(let value): try value.push(onto: stack)
    case .number(let value): try value.push(onto: stack)
    case .text(let value): try value.push(onto: stack)
    case .list(let values): try values.push(onto: stack)
    case .members(let members): try LuaRecord(members.map { ($0.name, $0.value) }).push(onto: stack)
    }
  }
}
