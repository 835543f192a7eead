extension Model {
  /// All that a careful reader wants to see: what ``summary(width:more:)`` tells, the entropy, the rows of each component,
  /// all columns, standard deviations, and covariances where they are asked for.
  ///
  /// - Parameters:
  ///   - width: The most characters in a line; tables that are wider go on below.
  ///   - sizes: How many rows are most probably each component's, those of the noise last; see ``sizes(of:isCancelled:)``.
  ///   - covariances: Whether the covariances of each component are shown.
  public func details(width: Int = 80, sizes: [Int]? = nil, covariances: Bool = false) -> String {
    var lines = opening(width: width)
    if observations > 0, entropy.isFinite { lines.append(entropyText) }
    lines.append("")
    lines += numberTable(width: width, sizes: sizes)
    lines += concomitantTable(width: width)
    lines += deviationTable(width: width)
    if covariances { lines += covarianceTables(width: width) }
    return lines.flatMap { $0.wrapped(to: width) }.joined(separator: "\n")
  }

  /// How many rows are most probably each component's, those of the noise last; `nil` where a row has no density.
  ///
  /// - Throws: `cancelled`, what reading the data throws.
  public func sizes(
    of data: any DataSource, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> [Int]? {
    do {
      var counts = [Int](repeating: 0, count: components + 1)
      for label in try predict(data, isCancelled: isCancelled) {
        counts[label < 0 ? components : label] += 1
      }
      return counts
    } catch let error as EmulsionError where error.code == .invalidData {
      return nil
    }
  }

  /// The entropy, and how far it is from that of rows that could be any component's.
  private var entropyText: String {
    let text = "entropy \(entropy.formatted(decimals: 3)) nats"
    let most = report.totalWeight * Elementary.log(Double(components + (noise == nil ? 0 : 1)))
    guard most > 0 else { return text }
    // Ramaswamy et al. 1993.
    return text + ", relative entropy \((1 - entropy / most).formatted(decimals: 4))"
      + " (1 where components are apart)"
  }

  /// The weights, sizes and numbers of the components: downwards where there are many.
  private func numberTable(width: Int, sizes: [Int]?) -> [String] {
    let cells = (0..<components).map(numbers)
    let titles = (cells.first ?? []).map(\.title)
    func value(_ k: Int, _ j: Int) -> String {
      j < cells[k].count ? cells[k][j].value.formatted(significant: 6) : ""
    }
    let places = components + (noise == nil ? 0 : 1)
    let names = (0..<places).map { $0 < components ? name(of: $0) : "noise" }
    let shares = (weights + (noise.map { [$0.weight] } ?? [])).map { $0.formatted(decimals: 4) }
    var columns = [[""] + names, ["weight"] + shares]
    if let sizes { columns.append(["rows"] + sizes.prefix(places).map { "\($0)" }) }
    for (j, title) in titles.enumerated() {
      columns.append([title] + (0..<components).map { value($0, j) } + (noise == nil ? [] : [""]))
    }
    return table(ofColumns: columns, width: width)
  }

  /// Standard deviations, of families that have covariances.
  private func deviationTable(width: Int) -> [String] {
    guard let all = knownCovariances else { return [] }
    var columns = [[""] + (0..<components).map(name)]
    for (j, title) in shownColumns.enumerated() {
      columns.append(
        [title] + all.map { max($0.variances[j], 0).squareRoot().formatted(significant: 5) })
    }
    return ["", "standard deviations:"] + table(ofColumns: columns, width: width)
  }

  /// A table a component.
  private func covarianceTables(width: Int) -> [String] {
    guard let all = knownCovariances else { return [] }
    let titles = shownColumns
    return all.enumerated().flatMap { k, covariance in
      let rows = titles.indices.map { i in
        [titles[i]] + titles.indices.map { covariance[i, $0].formatted(significant: 5) }
      }
      return ["", "covariances of \(components == 1 ? "the component" : name(of: k)):"]
        + wrappedTable([[""] + titles] + rows, width: width)
    }
  }

  /// The covariances of all components in the columns that are shown, of families that have them as parameters.
  private var knownCovariances: [Covariance]? {
    guard
      mixture.parameters(0).contains(where: {
        if case .covariance = $0.value { true } else { false }
      })
    else { return nil }
    let all = (0..<components).compactMap { covariance(ofComponent: $0) }
    let d = shownColumns.count
    return all.count == components && all.allSatisfy { $0.dimension == d } ? all : nil
  }

  /// A row a component, or a column where that reads better.
  private func table(ofColumns columns: [[String]], width: Int) -> [String] {
    let across = (columns.first ?? []).indices.map { i in columns.map { $0[i] } }
    let lines = alignedTable(across)
    let isWide = lines.contains { $0.count > width }
    return !isWide
      ? lines : wrappedTable(columns.count > across.count ? columns : across, width: width)
  }
}
