/// −2ℓ + p(ln n + 1): BIC with one more for every parameter (Bozdogan 1987).
public struct ConsistentAkaikeInformation: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `caic`.
  public var name: String { "caic" }
  /// The fit's CAIC.
  public func value(of entry: Selection.Entry) -> Double { entry.caic }
}

/// −2ℓ + p ln((n + 2)/24): BIC for the number of rows that Sclove (1987) adjusts it by.
public struct AdjustedBayesianInformation: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `sabic`.
  public var name: String { "sabic" }
  /// The fit's sample-size adjusted BIC.
  public func value(of entry: Selection.Entry) -> Double { entry.sabic }
}

/// −2ℓ + 2E with E the entropy of the classification: twice what the classification likelihood lacks
/// (Biernacki & Govaert 1997).
public struct ClassificationLikelihood: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `clc`.
  public var name: String { "clc" }
  /// The fit's CLC.
  public func value(of entry: Selection.Entry) -> Double { entry.clc }
}

/// E/(ℓ − ℓ₁), the entropy of the classification against what is gained over one component of the same
/// family and structure (Celeux & Soromenho 1996); 1 for one component (Biernacki, Celeux & Govaert
/// 1999).
public struct NormalizedEntropy: SelectionCriterion {
  /// Makes the criterion.
  public init() {}
  /// `nec`.
  public var name: String { "nec" }
  /// The fit's NEC; +∞ where it gains nothing.
  public func value(of entry: Selection.Entry) -> Double { entry.nec }
  /// True.
  public var needsOneComponent: Bool { true }
  /// 4: most are below 1.
  public var decimals: Int { 4 }
}

extension Selection.Entry {
  /// CAIC; +∞ where it failed.
  public var caic: Double { model.map { $0.bic + Double($0.freeParameters) } ?? .infinity }

  /// Sample-size adjusted BIC; +∞ where it failed.
  public var sabic: Double {
    model.map { model in
      let rows = (model.report.totalWeight + 2) / 24
      return -2 * model.logLikelihood + Double(model.freeParameters) * naturalLog(rows)
    } ?? .infinity
  }

  /// CLC; +∞ where it failed.
  public var clc: Double { model.map { -2 * $0.logLikelihood + 2 * $0.entropy } ?? .infinity }

  /// NEC; +∞ where it failed, gains nothing over one component, or the log-likelihood of that is not
  /// known.
  public var nec: Double {
    guard let model else { return .infinity }
    if components == 1 { return 1 }
    guard let one = oneComponentLogLikelihood else { return .infinity }
    let gain = model.logLikelihood - one
    return gain > 0 ? model.entropy / gain : .infinity
  }
}

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
    do {
      return try work.catalogue.fit(data, cell).logLikelihood
    } catch let error as EmulsionError where [.degenerate, .cancelled].contains(error.code) {
      return nil
    }
  }
}
