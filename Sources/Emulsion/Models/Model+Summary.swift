extension Model: CustomStringConvertible {
  /// The summary for a screen 80 columns wide.
  public var description: String { summary(width: 80) }

  /// What a person wants to see first, in lines of at most `width` characters.
  ///
  /// - Parameter more: What shows columns that don't fit; what is to be read as in "… has all".
  public func summary(width: Int = 80, more: String? = nil) -> String {
    var lines = opening(width: width)
    lines.append("")
    let table = componentTable(width: width)
    lines += table.lines
    if table.hidden > 0, let more {
      lines.append("\(table.hidden.counted("more column")); \(more) has all")
    }
    lines += concomitantTable(width: width)
    return lines.flatMap { $0.wrapped(to: width) }.joined(separator: "\n")
  }

  /// What it is and how it was fitted.
  func opening(width: Int) -> [String] {
    // One that was derived was fitted to no data.
    [headline] + (observations > 0 ? fitLines(width: width) : [])
  }

  private func fitLines(width: Int) -> [String] {
    var lines: [String] = []
    lines.append(
      ReportField.named("loglik", "bic", "aic", "icl").map {
        "\($0.title) \($0.number(self).formatted(decimals: 3))"
      }.joined(separator: "   "))
    lines.append(
      "\(observations.counted("row")) × \(dimension.counted("column")), "
        + "\(freeParameters.counted("free parameter")), " + progressText)
    if let variational {
      lines.append(
        "variational: lower bound \(variational.lowerBound.formatted(decimals: 3)), with "
          + "\(variational.algorithm.weights.rawValue) weights")
    }
    lines.append(evidenceText)
    lines += levelsLines(width: width)
    lines += shownWarnings.map { "warning: \($0)" }
    return lines
  }

  /// The warnings as far as a screen has room for them: the first, and how many more there are.
  public var shownWarnings: [String] {
    let most = 10
    let all = warnings
    guard all.count > most + 1 else { return all }
    return all.prefix(most) + ["… and \(all.count - most) more"]
  }

  /// The levels of columns of texts that the titles of parameters don't tell: the first is what others are
  /// compared with, of a response 0.
  private func levelsLines(width: Int) -> [String] {
    if levels.isEmpty { return [] }
    let titles = mixture.parameters(0).flatMap(cells).map(\.title)
    let lists = columnNames.filter { name in
      levels[name] != nil && !titles.contains { $0.contains("\(name)=") }
    }.map { name in
      "\(name) (\((levels[name] ?? []).map(ColumnLevels.shown).joined(separator: ", ")))"
    }
    if lists.isEmpty { return [] }
    var lines = ["levels:"]
    for word in lists.joined(separator: ", ").split(separator: " ") {
      if (lines.last ?? "").count + word.count + 1 > width { lines.append(" ") }
      lines[lines.count - 1] += " " + word
    }
    let most = 4
    return lines.count > most
      ? lines.prefix(most - 1) + ["  … \(lines.count - most + 1) more lines; model.levels has all"]
      : lines
  }

  /// The columns as titles of numbers that tell of their being 1.
  var shownColumns: [String] { describedColumns.map { levels.title(of: columnNames[$0]) } }

  /// What it is, in a line.
  package var headline: String {
    let structure = covariance.map { ", \($0) covariance" } ?? ""
    let beside = noise == nil ? "" : " and noise"
    let mixing = concomitant.map { ", weights \($0.formula)" } ?? ""
    return "Mixture of \(components.counted("\(family) component"))\(beside)\(structure)\(mixing)"
  }

  /// How EM ended.
  package var progressText: String {
    let state =
      hasConverged ? "converged after" : isCancelled ? "interrupted after" : "stopped after"
    return "\(state) \(iterations.counted("iteration"))"
  }

  /// What the restarts say.
  package var evidenceText: String {
    guard evidence.starts > 1 else { return "one start" }
    let collapsed = evidence.degenerate > 0 ? ", \(evidence.degenerate) collapsed" : ""
    let spurious = evidence.spurious > 0 ? ", \(evidence.spurious) spurious" : ""
    let givenUp = evidence.givenUp ?? 0
    let others = givenUp > 0 ? "; \(givenUp) \(givenUp == 1 ? "was" : "were") given up early" : ""
    return
      "\(evidence.reachedBest) of \((evidence.starts - givenUp).counted("start")) reached this optimum"
      + " (spread \(evidence.spread.formatted(significant: 3)) nats\(collapsed)\(spurious))\(others)"
  }

  /// The coefficients of covariates that weights depend on, a line a component but the first.
  func concomitantTable(width: Int) -> [String] {
    let cells = (1..<max(1, min(components, 20))).map { k in
      concomitantCells(mixture.parameters(k))
    }
    guard let concomitant, let titles = cells.first?.map(\.title), !titles.isEmpty else {
      return []
    }
    let prefix = "concomitant "
    let header =
      [""] + titles.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
    let rows = cells.enumerated().map { place, cells in
      [name(of: place + 1)] + cells.map { $0.value.formatted(significant: 6) }
    }
    return ["", "weights \(concomitant.formula), log odds against \(name(of: 0)):"]
      + alignedTable([header] + rows, width: width)
  }

  private func concomitantCells(_ parameters: [NamedParameter]) -> [(title: String, value: Double)]
  {
    parameters.filter { $0.name == "concomitant" }.flatMap { $0.cells(columns: [], of: []) }
  }

  /// What a component is called.
  func name(of k: Int) -> String { k < classes.count ? classes[k] : "\(k + 1)" }

  /// A line a component: its weight and the numbers of its parameters, matrices apart; the noise has
  /// its weight alone.
  private func componentTable(width: Int) -> (lines: [String], hidden: Int) {
    let shown = min(components, 20)
    let cells = (0..<shown).map(numbers)
    let header = ["", "weight"] + (cells.first ?? []).map(\.title)
    let rows = cells.enumerated().map { k, cells in
      [name(of: k), weights[k].formatted(decimals: 4)]
        + cells.map { $0.value.formatted(significant: 6) }
    }
    let last = noise.map { ["noise", $0.weight.formatted(decimals: 4)] } ?? []
    let blanks = Array(repeating: "", count: header.count - 2)
    var table = foldedTable(
      [header] + rows + (last.isEmpty ? [] : [last + blanks]), width: width)
    if components > shown {
      table.lines.append("… \((components - shown).counted("more component"))")
    }
    return table
  }

  /// The numbers of a component's parameters, matrices and concomitants apart.
  func numbers(of k: Int) -> [(title: String, value: Double)] {
    mixture.parameters(k).filter { concomitant == nil || $0.name != "concomitant" }
      .flatMap(cells)
  }

  /// The numbers of a parameter that tables show, with their titles.
  package func cells(_ parameter: NamedParameter) -> [(title: String, value: Double)] {
    parameter.cells(columns: shownColumns, of: columnNames.map(levels.title))
  }
}

extension NamedParameter {
  /// The numbers that a table shows, with their titles.
  fileprivate func cells(columns: [String], of all: [String]) -> [(title: String, value: Double)] {
    switch value {
    case .scalar(let number): [(labels.first ?? titles(columns, of: all)[0], number)]
    case .vector(let numbers) where !labels.isEmpty: zip(labels, numbers).filter { $0.0 != "" }
    case .vector(let numbers): zip(titles(columns, of: all), numbers).map { ($0, $1) }
    case .matrix(let matrix): zip(labels, matrix.values).filter { $0.0 != "" }
    case .covariance: []
    }
  }
}
