extension Classifier {
  /// Errors on rows that the classifier has not seen: each of `folds` parts is classified by a classifier of the same
  /// structures that was fitted to the others. Every class has its share of each part.
  ///
  /// - Parameters:
  ///   - data: Rows of known class, such as those it was fitted to.
  ///   - options: How it was fitted; numbers of components and covariance models are its own.
  /// - Throws: `invalid-option` for fewer than two folds, `invalid-data` where a class has too few rows.
  public func crossValidated(
    _ data: any DataSource, _ labels: KnownLabels, _ options: ClassifierOptions, folds: Int,
    seed: UInt64, catalogue: Catalogue
  ) throws -> ClassifierPerformance {
    guard folds >= 2 else {
      throw EmulsionError(.invalidOption, "folds must be a whole number ≥ 2, not \(folds)")
    }
    let own = try labels.places(in: classes)
    return try crossValidated(
      data, labels, options,
      parts: Self.parts(own, classes: classes.count, folds: folds, seed: seed),
      catalogue: catalogue)
  }

  /// The same with given parts, such as another program's.
  ///
  /// - Parameter parts: The part that each row is in, any whole number.
  /// - Throws: `invalid-option` unless there are two parts or more and each row has one, `invalid-data` where a class
  ///   is in one part alone.
  public func crossValidated(
    _ data: any DataSource, _ labels: KnownLabels, _ options: ClassifierOptions, parts: [Int],
    catalogue: Catalogue
  ) throws -> ClassifierPerformance {
    let own = try labels.places(in: classes)
    // Rows of no known class are in no part.
    let all = Set(zip(parts, own).filter { $0.1 >= 0 }.map(\.0)).sorted()
    guard parts.count == own.count, all.count > 1 else {
      throw EmulsionError(
        .invalidOption,
        parts.count == own.count
          ? "folds: all rows are in one part"
          : "folds: \(parts.count) parts for \(own.count.counted("row"))")
    }
    var performance = ClassifierPerformance()
    for part in all {
      let seen = own.indices.map { parts[$0] == part ? -1 : own[$0] }
      let unseen = own.indices.map { parts[$0] == part ? own[$0] : -1 }
      if let missing = classes.indices.first(where: { !seen.contains($0) }) {
        throw EmulsionError(
          .invalidData,
          "class \(quoted(classes[missing])) has too few rows for \(all.count) folds; use fewer")
      }
      let rest = try refitted(
        MaskedSource(data, keeps: seen.map { $0 >= 0 }),
        KnownLabels(classes: classes, rows: seen), options, catalogue)
      performance.merge(
        try rest.performance(
          on: MaskedSource(data, keeps: unseen.map { $0 >= 0 }),
          KnownLabels(classes: classes, rows: unseen), isCancelled: options.fit.isCancelled))
    }
    return performance
  }

  /// A classifier of the same structures, fitted to other rows.
  private func refitted(
    _ data: any DataSource, _ labels: KnownLabels, _ options: ClassifierOptions,
    _ catalogue: Catalogue
  ) throws -> Classifier {
    var options = options
    guard method == .mixtures else {
      options.covariances = [models[0].covariance ?? options.fit.covariance]
      return try catalogue.classify(data, labels, options)
    }
    let fitting = try options.fit.defined(by: data, labels)
    let fits = try classes.indices.map { k in
      var fit = fitting
      fit.components = models[k].components
      fit.covariance = models[k].covariance ?? fit.covariance
      return try catalogue.fit(MaskedSource(data, keeps: labels.rows.map { $0 == k }), fit)
    }
    let shares = labels.shares(try data.rowWeights())
    let total = shares.reduce(0, +)
    return Classifier(
      method: method, classes: classes, proportions: shares.map { $0 / total }, models: fits,
      logLikelihood: .nan, freeParameters: fits.reduce(0) { $0 + $1.freeParameters },
      totalWeight: total)
  }

  /// The part that each row is in, dealt class by class; −1 for rows of no known class.
  private static func parts(_ own: [Int], classes: Int, folds: Int, seed: UInt64) -> [Int] {
    var parts = own.map { _ in -1 }
    var random = CounterRandom(seed: seed, purpose: .folds)
    var next = 0
    for k in 0..<classes {
      var rows = own.indices.filter { own[$0] == k }
      for i in stride(from: rows.count - 1, to: 0, by: -1) {
        rows.swapAt(i, min(i, Int(random.uniform() * Double(i + 1))))
      }
      // A class goes on where the last one ended, so that parts are of about equal size.
      for row in rows {
        parts[row] = next % folds
        next += 1
      }
    }
    return parts
  }
}
