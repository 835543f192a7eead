#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The file of a classifier: JSON with its shares and the files of its models.
private enum ClassifierFile {
  static let format = "emulsion-classifier"
  static let version = 1
}

extension Classifier {
  /// Saves the classifier as JSON; what is read back gives the same bits.
  ///
  /// - Throws: `io`; no partial file is left.
  public func save(to path: String) throws {
    var tree = JSONValue.object([
      ("format", .text(ClassifierFile.format)), ("version", .integer(ClassifierFile.version)),
      ("method", .text(method.rawValue)), ("classes", .texts(classes)),
      ("proportions", .numbers(proportions)),
      ("loglik", logLikelihood.isFinite ? .number(logLikelihood) : .null),
      ("freeParameters", .integer(freeParameters)), ("totalWeight", .number(totalWeight)),
      ("models", .list(try models.map(ModelFile.tree))),
    ])
    tree["classColumn"] = classColumn.map { .text($0) }
    tree["checksum"] = .text(ModelFile.checksum(of: tree))
    try ModelFile.write(tree, isLong: models.contains(where: ModelFile.isLong), to: path)
  }
}

/// What a file holds that `save` wrote.
public enum SavedObject: Sendable {
  /// A model.
  case model(Model)
  /// A classifier.
  case classifier(Classifier)
}

extension Catalogue {
  /// Loads whatever was saved.
  ///
  /// - Throws: `io`, or `invalid-data` for what is no such file, truncated, altered or newer.
  public func loadObject(path: String) throws -> SavedObject {
    struct Header: Decodable { var format: String }
    let data = Data(try AtomicFile.read(path))
    let header = try? JSONDecoder().decode(Header.self, from: data)
    return header?.format == ClassifierFile.format
      ? .classifier(try classifier(data, path)) : .model(try ModelFile.model(data, path, self))
  }

  /// Loads a saved classifier.
  ///
  /// - Throws: `io`, or `invalid-data` for what is no such file, truncated, altered or newer.
  public func loadClassifier(path: String) throws -> Classifier {
    try classifier(Data(AtomicFile.read(path)), path)
  }

  private func classifier(_ data: Data, _ path: String) throws -> Classifier {
    func damaged(_ what: String) -> EmulsionError {
      EmulsionError(.invalidData, "\(path): \(what)")
    }
    guard var tree = try? JSONDecoder().decode(JSONValue.self, from: data),
      tree["format"] == .text(ClassifierFile.format)
    else { throw damaged("not a classifier's file, or a truncated one") }
    guard case .integer(let version)? = tree["version"], version <= ClassifierFile.version else {
      throw damaged("written by a newer Emulsion; update Emulsion")
    }
    let stored = tree["checksum"]
    tree["checksum"] = nil
    guard stored == .text(ModelFile.checksum(of: tree)) else {
      throw damaged("altered or damaged since it was saved (the checksum differs)")
    }
    guard let parts = ClassifierParts(tree) else { throw damaged("parts of it are missing") }
    let models = try parts.models.map {
      try ModelFile.model(JSONEncoder().encode($0), path, self)
    }
    guard models.allSatisfy({ $0.columnNames == models[0].columnNames }) else {
      throw damaged("its models are of different columns")
    }
    var classifier = Classifier(
      method: parts.method, classes: parts.classes, proportions: parts.proportions,
      models: models, logLikelihood: parts.logLikelihood, freeParameters: parts.freeParameters,
      totalWeight: parts.totalWeight)
    // Older files have none.
    if case .text(let name)? = tree["classColumn"] { classifier.classColumn = name }
    return classifier
  }
}

/// What a tree holds, where it is a classifier's.
private struct ClassifierParts {
  let method: ClassifierOptions.Method
  let classes: [String]
  let proportions: [Double]
  let logLikelihood: Double
  let freeParameters: Int
  let totalWeight: Double
  let models: [JSONValue]

  init?(_ tree: JSONValue) {
    guard case .text(let name)? = tree["method"],
      let method = ClassifierOptions.Method(rawValue: name),
      case .list(let classes)? = tree["classes"], case .list(let shares)? = tree["proportions"],
      case .list(let models)? = tree["models"], case .integer(let free)? = tree["freeParameters"],
      let total = tree["totalWeight"]?.real, !models.isEmpty,
      classes.count == models.count, shares.count == models.count
    else { return nil }
    self.method = method
    self.classes = classes.compactMap { if case .text(let text) = $0 { text } else { nil } }
    proportions = shares.compactMap(\.real)
    guard self.classes.count == models.count, proportions.count == models.count,
      proportions.allSatisfy({ $0 > 0 && $0 <= 1 })
    else { return nil }
    logLikelihood = tree["loglik"]?.real ?? .nan
    (freeParameters, totalWeight, self.models) = (free, total, models)
  }
}

extension JSONValue {
  /// A number, whole or not.
  fileprivate var real: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
