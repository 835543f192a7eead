extension Grid {
  /// What `body` comes to, or what is known of it from before.
  ///
  /// Fits are functions of data and options, so that a search which takes up those of an earlier one ends with
  /// the same bits. What an interrupt may have cut short is not kept.
  func kept(_ name: String, _ body: () throws -> Model?) throws -> Model? {
    guard let shelf else { return try body() }
    if let known = try shelf.fit(name, like: work) { return known.model }
    let model = try body()
    try keep(SavedFit(model), name)
    return model
  }

  /// Keeps what a fit came to, in place of the runs that led to it.
  func keep(_ fit: SavedFit, _ name: String) throws {
    guard let shelf, !options.isCancelled(), fit.failure?.code != .cancelled,
      !(fit.model?.isCancelled ?? false)
    else { return }
    shelf.shelf("runs of \(name)").clear()
    try shelf.keep(fit, name, isUrgent: true)
  }
}

extension SelectionOptions {
  /// Where the search is kept; `nil` where it is not.
  ///
  /// - Parameter cells: All fits of the grid.
  func workFile(_ work: FitWork, _ cells: [FitOptions]) throws -> WorkFile? {
    guard let path = journal ?? fit.checkpoint?.path else { return nil }
    guard journal == nil || fit.checkpoint == nil else {
      throw EmulsionError(
        .invalidOption,
        "journal and checkpoint: a checkpoint holds all that a journal does; leave one of them out")
    }
    var told = fit.identity
    (told["family"], told["covariance"]) = (nil, nil)
    told["components"] = components.map { "\($0)" }.joined(separator: ", ")
    told["criterion"] = criterion.name
    if criterion.needsHeldOutRows { told["folds"] = "\(folds)" }
    told["families"] = families.map { $0.label + ($0.origin.map { " of \($0)" } ?? "") }
      .joined(separator: ", ")
    var covariances: [String] = []
    for cell in cells where !covariances.contains(cell.covariance) {
      covariances.append(cell.covariance)
    }
    told["covariances"] = covariances.joined(separator: ", ")
    let manner: WorkFile.Manner =
      journal != nil ? .journal : .checkpoint(seconds: fit.checkpoint?.seconds ?? 60)
    return try WorkFile(
      path, manner, of: work.identity("select", told),
      force: acceptsOtherData || fit.checkpoint?.acceptsOtherData ?? false,
      ranks: work.catalogue.ranks)
  }
}
