extension Grid {
  /// The entries with the log-likelihood of one component of their family and structure: that of the
  /// grid, or of a fit of its own.
  ///
  /// What can't be fitted, or was interrupted, leaves it unknown.
  func comparedWithOne(_ entries: [Selection.Entry]) throws -> [Selection.Entry] {
    var known: [String: Double?] = [:]
    var result = entries
    for i in entries.indices {
      let key = "\(entries[i].family)\n\(entries[i].covariance ?? "")"
      if known.index(forKey: key) == nil {
        let own = entries.first {
          $0.components == 1 && $0.family == entries[i].family
            && $0.covariance == entries[i].covariance
        }
        known.updateValue(
          try own?.model?.logLikelihood ?? oneComponentLogLikelihood(like: entries[i]), forKey: key)
      }
      result[i].oneComponentLogLikelihood = known[key] ?? nil
    }
    return result
  }

  private func oneComponentLogLikelihood(like entry: Selection.Entry) throws -> Double? {
    let cell = cells.first {
      $0.family.label == entry.family
        && (entry.covariance == nil || $0.covariance == entry.covariance)
    }
    guard var cell else { return nil }
    (cell.components, cell.restarts) = (1, 1)
    let alone = cell
    do {
      return try kept("one component of \(entry.structure), \(entry.family)") {
        try work.catalogue.fit(data, alone)
      }?.logLikelihood
    } catch let error as EmulsionError where [.degenerate, .cancelled].contains(error.code) {
      return nil
    }
  }
}
