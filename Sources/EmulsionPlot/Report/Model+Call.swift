import Emulsion

extension Model {
  /// The call of `em.fit` that makes the model anew from the same data, where it was fitted to some.
  ///
  /// Options that have their defaults are left out, and families with options are told beside it.
  package var call: String? {
    guard observations > 0 else { return nil }
    let told = manifest.options
    let standard = FitOptions()
    let label = told["family"] ?? family
    let isPlain = catalogue.familyNames.contains(label)
    var options = ["columns = { \(columnNames.map(luaText).joined(separator: ", ")) }"]
    options.append("components = \(components)")
    if label != standard.family.name {
      options.append("family = \(isPlain ? luaText(label) : "family")")
    }
    if let covariance { options.append("covariance = \(luaText(covariance))") }
    if let noise = told["noise"] { options.append("noise = \(luaNoise(noise))") }
    if told["prior"] != nil { options.append("prior = prior") }
    if told["labels"] != nil { options.append("labels = labels") }
    for option in FitOptions.table where option.name != "components" {
      guard let value = option.changed(in: told) else { continue }
      options.append("\(option.name) = \(option.isName ? luaText(value) : value)")
    }
    options.append("seed = \(manifest.seed)")
    let isRestricted = told.keys.contains { $0 == "tied" || $0.hasPrefix("fixed.") }
    let notes =
      (label == standard.family.name || isPlain ? [] : ["-- family: \(label.oneLine)"])
      + (told["prior"].map { ["-- prior: \($0)"] } ?? [])
      + (told["labels"].map { ["-- labels: of the classes \($0.oneLine)"] } ?? [])
      + (isRestricted ? ["-- and what is tied or fixed, as below"] : [])
    return
      (notes + ["em.fit(data, {"] + options.map { "  \($0)," } + ["})"]).joined(separator: "\n")
  }
}

/// The option `noise`, by what manifests call it.
private func luaNoise(_ told: String) -> String {
  switch told.split(separator: " ").map(String.init) {
  case ["principal"]: "{ region = \"principal\" }"
  case let words where words.count == 2 && words[0] == "density": "{ density = \(words[1]) }"
  default: "true"
  }
}

/// A text as Lua writes it.
private func luaText(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\0": result += "\\0"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

extension String {
  fileprivate var oneLine: String {
    String(map { $0.isNewline ? " " : $0 })
  }
}
