import Emulsion
import LuaBridge

/// `Texts`: a column of text, for scripts; a missing cell is nil, and counts.
final class TextsObject: LuaObject {
  let values: [String?]
  /// The method of tables that this column hides by its name.
  var hiddenMethod: String?

  init(_ values: [String?]) { self.values = values }

  var nativeSize: Int { 128 + values.count * MemoryLayout<String?>.stride }

  static var luaClass: LuaClass<TextsObject> {
    LuaClass("Texts", "a column of text, counted from 1; t[i] is nil where a cell is missing")
      .property("size", "number of cells, with the missing ones") { $0.values.count }
      .method("get", "texts:get(i)", "cell i, or nil where it is missing") { texts, call in
        let i = try call.integer(1, "i")
        guard i >= 1 && i <= texts.values.count else {
          throw call.mismatch(1, "i", "between 1 and \(texts.values.count)")
        }
        return texts.values[i - 1]
      }
      .method(
        "tolist", "texts:tolist()", "the cells as a Lua list, with holes where they are missing"
      ) {
        texts, call in
        try call.context.claim(bytes: texts.values.count * 32)
        return texts.values
      }
      .metamethod("__len") { try $0.receiver(as: TextsObject.self).values.count }
      .metamethod("__call") { call in
        try callHidden(call.receiver(as: TextsObject.self).hiddenMethod, "Texts", call)
      }
      .metamethod("__tostring") { try $0.receiver(as: TextsObject.self).text }
      .metamethod("__eq") { call in
        let other = call.objectIfAny(2, as: TextsObject.self)
        return call.objectIfAny(1, as: TextsObject.self)?.values == other?.values
      }
      .metamethod("__pairs") { call in
        // All positions: that of a missing cell comes with nil.
        let next = try LuaFunction(in: call.context, name: "pairs") { step in
          let texts = try step.receiver(as: TextsObject.self)
          let i = try step.integer(2, "i", default: 0)
          guard i >= 0 && i < texts.values.count else { return LuaTuple() }
          return LuaTuple(i + 1, texts.values[i])
        }
        return LuaTuple(next, try call.value(1), 0)
      }
      .fallback { texts, key, _ in
        guard let i = key.integer else { return nil }
        return Pushed(i >= 1 && i <= texts.values.count ? texts.values[i - 1] : String?.none)
      }
  }

  private var text: String {
    let most = 20
    let shown = values.prefix(most).map {
      $0.map { "\"\($0.clipped(to: 30).withoutControls)\"" } ?? "nil"
    }
    let rest = values.count > most ? ", … \(values.count - most) more" : ""
    return "Texts of \(values.count)\n" + shown.joined(separator: ", ") + rest
  }
}

extension LuaValue {
  /// The value of option `name` as a list of texts; one text is a list of one.
  func texts(_ name: String) throws -> [String] {
    if let value = string { return [value] }
    if let texts = object(as: TextsObject.self)?.values {
      return try texts.enumerated().map { position, text in
        guard let text else {
          throw EmulsionError(.invalidOption, "\(name): element \(position + 1) is missing")
        }
        return text
      }
    }
    guard let table else { throw mustBe(name, "a string or a list of strings") }
    return try table.list().enumerated().map { position, value in
      guard let text = value.string else {
        throw EmulsionError(
          .invalidOption,
          "\(name): element \(position + 1) must be a string, not \(value.explanation)")
      }
      return text
    }
  }
}
