#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The model file: JSON with everything a model holds, and a checksum of it.
enum ModelFile {
  static let format = "emulsion-model"
  /// The numbers in the parameters from which on they are not told a second time, by name, and lines
  /// are not broken.
  private static let manyNumbers = 5000

  /// The version that a file needs: 5 with priors, classes, restricted weights, or noise in a box along other axes, 4 where columns are of
  /// texts, 3 where rows are mapped by a frame, 2 with a noise component, which older libraries would leave out,
  /// and else 1.
  private static func version(of tree: JSONValue) -> Int {
    if tree["variational"] != nil || tree["classes"] != nil || tree["missing"] != nil { return 5 }
    if let mixture = tree["mixture"],
      mixture["mixing"] != nil || mixture.contains("scaleShare", in: "count")
        || mixture.contains("turned", in: "region")
    {
      return 5
    }
    if tree["levels"] != nil { return 4 }
    guard let mixture = tree["mixture"] else { return 1 }
    return mixture.contains("map", in: "frame") ? 3 : mixture["noise"] != nil ? 2 : 1
  }

  /// Writes a model; the file appears whole or not at all.
  static func write(_ model: Model, to path: String) throws {
    try write(tree(of: model), isLong: isLong(model), to: path)
  }

  /// Writes what a file holds, in lines that people can read unless it is long.
  static func write(_ tree: JSONValue, isLong: Bool, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      isLong
      ? [.sortedKeys, .withoutEscapingSlashes]
      : [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(Array(encoder.encode(tree)) + [UInt8(ascii: "\n")], to: path)
  }

  /// Whether a model has so many numbers that its file is not laid out for people.
  static func isLong(_ model: Model) -> Bool { model.parameterNumberCount > manyNumbers }

  /// All of a model, with its version and its checksum.
  static func tree(of model: Model) throws -> JSONValue {
    let document = Document(model: model, namesParameters: !isLong(model))
    var tree = try JSONDecoder().decode(
      JSONValue.self, from: ExactJSON.encoder().encode(document))
    tree["version"] = .integer(version(of: tree))
    tree["checksum"] = .text(checksum(of: tree))
    return tree
  }

  /// Reads a model back.
  ///
  /// - Throws: `io` where it can't be read, `invalid-data` where it is no model file, truncated,
  ///   altered, or from a newer version.
  static func read(_ path: String, catalogue: Catalogue) throws -> Model {
    try model(Data(AtomicFile.read(path)), path, catalogue)
  }

  /// The model of a file's bytes.
  static func model(_ data: Data, _ path: String, _ catalogue: Catalogue) throws -> Model {
    let decoder = ExactJSON.decoder([.catalogue: catalogue])
    // As when it was written, the text "NaN" is a text here, whatever it stands for.
    guard var tree = try? JSONDecoder().decode(JSONValue.self, from: data) else {
      throw EmulsionError(
        .invalidData, "\(path): not a model file, or a truncated one (it is not valid JSON)")
    }
    if tree["format"] == .text(ParameterFile.format) {
      do { return try ParameterFile.model(data, catalogue) } catch let error as EmulsionError {
        throw EmulsionError(error.code, "\(path): \(error.message)")
      }
    }
    guard tree["format"] == .text(format) else {
      throw EmulsionError(
        .invalidData, "\(path): not a model file (\"format\" is not \"\(format)\")")
    }
    guard case .integer(let found)? = tree["version"], found >= 1 else {
      throw EmulsionError(.invalidData, "\(path): not a model file (it has no version)")
    }
    let known = version(of: tree)
    guard found <= known else {
      throw EmulsionError(
        .invalidData,
        "\(path): written by a newer Emulsion (model format \(found); this one reads up to "
          + "\(known)); update Emulsion")
    }
    let stored = tree["checksum"]
    tree["checksum"] = nil
    guard stored == .text(checksum(of: tree)) else {
      throw EmulsionError(
        .invalidData, "\(path): altered or damaged since it was saved (the checksum differs)")
    }
    do {
      decoder.userInfo[.columnLevels] =
        try tree["levels"].map(ColumnLevels.init) ?? ColumnLevels.none
      return try decoder.decode(Document.self, from: data).model
    } catch let error as EmulsionError {
      throw EmulsionError(error.code, "\(path): \(error.message)")
    } catch {
      throw EmulsionError(.invalidData, "\(path): damaged: \(error)")
    }
  }

  /// That of the canonical text.
  static func checksum(of tree: JSONValue) -> String {
    var hash = ContentHash()
    tree.visitCanonicalText { hash.add(byte: $0) }
    return hash.text
  }
}

extension CodingUserInfoKey {
  static var catalogue: CodingUserInfoKey {
    // The initializer fails for no string.
    CodingUserInfoKey(rawValue: "emulsion.catalogue").unsafelyUnwrapped
  }
}

/// The layout of the file.
private struct Document: Codable {
  var model: Model
  private let namesParameters: Bool

  private enum Keys: String, CodingKey {
    case format, version, family, covariance, columns, levels, parameters, weights, criteria, fit,
      manifest
    case mixture, variational, classes, missing
  }

  private struct Criteria: Codable {
    var loglik, bic, aic, icl: Double
    var freeParameters: Int
  }

  init(model: Model, namesParameters: Bool) {
    (self.model, self.namesParameters) = (model, namesParameters)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(ModelFile.format, forKey: .format)
    try container.encode(model.family, forKey: .family)
    try container.encode(model.covariance, forKey: .covariance)
    try container.encode(model.columnNames, forKey: .columns)
    if !model.levels.isEmpty { try container.encode(model.levels.byColumn, forKey: .levels) }
    if namesParameters { try container.encode(model.toldParameters, forKey: .parameters) }
    try container.encode(model.weights, forKey: .weights)
    try container.encode(
      Criteria(
        loglik: model.logLikelihood, bic: model.bic, aic: model.aic, icl: model.icl,
        freeParameters: model.freeParameters), forKey: .criteria)
    try container.encode(model.report, forKey: .fit)
    try container.encode(model.manifest, forKey: .manifest)
    try container.encodeIfPresent(model.variational, forKey: .variational)
    if !model.classes.isEmpty { try container.encode(model.classes, forKey: .classes) }
    try container.encodeIfPresent(model.missing, forKey: .missing)
    try model.mixture.encode(to: container.superEncoder(forKey: .mixture))
  }

  init(from decoder: any Decoder) throws {
    guard let catalogue = decoder.userInfo[.catalogue] as? Catalogue else {
      throw EmulsionError(.invalidData, "no catalogue to read the model with")
    }
    namesParameters = false
    let container = try decoder.container(keyedBy: Keys.self)
    let family = try container.decode(String.self, forKey: .family)
    let columns = try container.decode([String].self, forKey: .columns)
    let mixture = try catalogue.decodeMixture(
      family: family, from: container.superDecoder(forKey: .mixture))
    guard mixture.dimension == columns.count else {
      throw EmulsionError(.invalidData, "columns and parameters differ in dimension")
    }
    try decoder.columnLevels.check(against: mixture, columns)
    model = Model(
      mixture: mixture, catalogue: catalogue, family: family,
      covariance: try container.decodeIfPresent(String.self, forKey: .covariance),
      columnNames: columns, levels: decoder.columnLevels,
      report: try container.decode(FitReport.self, forKey: .fit),
      manifest: try container.decode(Manifest.self, forKey: .manifest))
    let variational = try container.decodeIfPresent(VariationalPosterior.self, forKey: .variational)
    guard variational?.fits(model.components) ?? true else {
      throw EmulsionError(.invalidData, "the variational posterior doesn't fit the components")
    }
    model.variational = variational
    model.missing = try container.decodeIfPresent(MissingCounts.self, forKey: .missing)
    model.classes = try container.decodeIfPresent([String].self, forKey: .classes) ?? []
    guard model.classes.count <= model.components else {
      throw EmulsionError(.invalidData, "there are more classes than components")
    }
  }
}

extension ColumnLevels {
  /// Reads what a file holds.
  ///
  /// - Throws: `invalid-data` where that is anything else.
  fileprivate init(_ tree: JSONValue) throws {
    guard case .members(let members) = tree, !members.isEmpty else { throw Self.damaged }
    let lists = try members.map { member in
      guard case .list(let elements) = member.value else { throw Self.damaged }
      return (
        member.name,
        try elements.map { element in
          guard case .text(let text) = element else { throw Self.damaged }
          return text
        }
      )
    }
    try self.init(Dictionary(lists) { first, _ in first })
  }

  private static var damaged: EmulsionError {
    EmulsionError(.invalidData, "\"levels\" must be lists of texts by column")
  }

  /// Checks that the family describes the codes of these levels, and no others.
  fileprivate func check(against mixture: any AnyMixture, _ columns: [String]) throws {
    for (name, levels) in byColumn.sorted(by: { $0.key < $1.key }) {
      guard let j = columns.firstIndex(of: name) else {
        throw EmulsionError(
          .invalidData, "\"levels\" tells of \(quoted(name)), which is no column of the model")
      }
      let support = mixture.support(ofColumn: j)
      guard !support.contains(Double(levels.count)),
        levels.indices.contains(where: { support.contains(Double($0)) })
      else {
        throw EmulsionError(
          .invalidData, "the levels of column \(quoted(name)) don't fit the parameters")
      }
    }
  }
}

extension Model {
  /// Saves the model as JSON; what is read back gives the same bits in `logDensity`.
  ///
  /// - Throws: `io`; no partial file is left.
  public func save(to path: String) throws { try ModelFile.write(self, to: path) }
}

extension Catalogue {
  /// Loads a saved model.
  ///
  /// - Throws: `io`, or `invalid-data` for what is no model file, truncated, altered or newer.
  public func load(path: String) throws -> Model { try ModelFile.read(path, catalogue: self) }
}

extension Model {
  /// The parameters by name, with covariances as matrices but for those of many independent columns.
  fileprivate var toldParameters: [[NamedParameter]] {
    parameters.map { list in
      list.map { parameter in
        guard case .covariance(let covariance) = parameter.value,
          !(covariance.isDiagonal && covariance.dimension > 100)
        else { return parameter }
        return parameter.with(.matrix(covariance.matrix))
      }
    }
  }

  /// How many numbers the parameters of all components are, matrices by what is known of them.
  fileprivate var parameterNumberCount: Int {
    (0..<components).reduce(0) { sum, k in
      parameters(ofComponent: k).reduce(sum) { $0 + $1.value.knownCount }
    }
  }
}

extension ParameterValue {
  fileprivate var knownCount: Int {
    switch self {
    case .scalar: 1
    case .vector(let values): values.count
    case .matrix(let matrix): matrix.values.count
    case .covariance(let covariance):
      covariance.isDiagonal
        ? covariance.dimension : covariance.dimension * covariance.dimension
    }
  }
}

/// A model as a part of another file.
struct SavedModel: Codable {
  var model: Model

  init(_ model: Model) { self.model = model }

  func encode(to encoder: any Encoder) throws {
    try Document(model: model, namesParameters: false).encode(to: encoder)
  }

  /// - Parameter decoder: Its user info holds the catalogue, and the levels of columns.
  init(from decoder: any Decoder) throws { model = try Document(from: decoder).model }
}
