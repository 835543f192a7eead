#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a fit came to: a model, or why there is none.
struct SavedFit: Codable {
  private var saved: SavedModel?
  private var code: EmulsionError.Code?
  private var message: String?

  init(_ model: Model?, failure: EmulsionError? = nil) {
    saved = model.map(SavedModel.init)
    (code, message) = (failure?.code, failure?.message)
  }

  var model: Model? { saved?.model }
  var failure: EmulsionError? { code.map { EmulsionError($0, message ?? "") } }

  /// What is sent to other ranks.
  func bytes() throws -> [UInt8] { try [UInt8](ExactJSON.encoder().encode(self)) }

  /// Reads what another rank sent.
  init(bytes: [UInt8], like work: FitWork) throws {
    self = try ExactJSON.decoder(work.readingInfo).decode(SavedFit.self, from: Data(bytes))
  }
}

extension WorkShelf {
  /// What a fit came to that was kept under a name.
  func fit(_ name: String, like work: FitWork) throws -> SavedFit? {
    try file.result(self.name(name), work.readingInfo)
  }

  func keep(_ fit: SavedFit, _ name: String, isUrgent: Bool = false) throws {
    try file.keep(fit, named: self.name(name), isUrgent: isUrgent)
  }
}

extension FitWork {
  /// What models of these data are read with.
  fileprivate var readingInfo: [CodingUserInfoKey: any Sendable] {
    [.catalogue: catalogue, .columnLevels: data.columnLevels]
  }

  /// The name of a fit that has come to its end.
  private static var whole: String { "fit" }

  /// A fit that is kept as it goes, where that is asked for. One that has come to its end before is read from
  /// its file.
  func kept(_ options: FitOptions, _ body: (FitOptions) throws -> Model) throws -> Model {
    guard let checkpoint = options.checkpoint else { return try body(options) }
    let file = try WorkFile(
      checkpoint.path, .checkpoint(seconds: checkpoint.seconds),
      of: identity("fit", options.identity), force: checkpoint.acceptsOtherData,
      ranks: catalogue.ranks)
    let shelf = WorkShelf(file: file)
    if let fit = try shelf.fit(Self.whole, like: self), let model = fit.model {
      return model.noting(file.notes)
    }
    var options = options
    options.shelf = shelf.shelf("run")
    do {
      let model = try body(options)
      if !model.isCancelled && !options.isCancelled() {
        options.shelf?.clear()
        try shelf.keep(SavedFit(model), Self.whole)
      }
      try file.save()
      return model.noting(file.notes)
    } catch let error as EmulsionError where error.code == .cancelled {
      try file.save()
      throw error
    }
  }

  /// What tells work on these data from other work.
  func identity(_ kind: String, _ options: [String: String]) -> WorkIdentity {
    var options = options
    options["columns"] = data.columnNames.joined(separator: ", ")
    let levels = data.columnLevels.selecting(data.columnNames)
    if !levels.isEmpty {
      options["levels"] = ContentHash(ofValue: levels.byColumn).text
    }
    return WorkIdentity(kind: kind, data: summary.fingerprintText, options: options)
  }
}

extension FitOptions {
  /// All that a fit depends on besides the data, as text.
  var identity: [String: String] {
    var told = toldOptions
    if let origin = family.origin { told["family's origin"] = origin }
    told["seed"] = "\(Int64(bitPattern: seed))"
    // What else they are, values with their numbers; not what a fit comes to is the same with.
    var rest = self
    rest.family = GaussianDefinition()
    (rest.threads, rest.progress, rest.checkpoint, rest.shelf) = (nil, nil, nil, nil)
    rest.isCancelled = { false }
    rest.ranks = nil
    rest.timeLimit = nil
    for child in Mirror(reflecting: rest).children {
      guard let name = child.label else { continue }
      told["\(name) in detail"] = ContentHash(ofValue: child.value).text
    }
    return told
  }
}

extension Model {
  /// The model with more sentences that must be known of it.
  func noting(_ notes: [String]) -> Model {
    var model = self
    if !notes.isEmpty { model.report.notes = (report.notes ?? []) + notes }
    return model
  }
}
