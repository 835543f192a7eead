extension Model: CustomStringConvertible {
  /// The summary for a screen 80 columns wide.
  public var description: String { summary(width: 80) }

  /// What a person wants to see first, in lines of at most `width` characters.
  public func summary(width: Int = 80) -> String {
    var lines = [headline]
    lines.append(
      "log-likelihood \(logLikelihood.formatted(decimals: 3))   BIC \(bic.formatted(decimals: 3))"
        + "   AIC \(aic.formatted(decimals: 3))   ICL \(icl.formatted(decimals: 3))")
    lines.append(
      "\(observations) rows × \(dimension) columns, \(freeParameters) free parameters, "
        + progressText)
    lines.append(evidenceText)
    lines += warnings.map { "warning: \($0)" }
    lines.append("")
    lines += componentTable(width: width)
    return lines.map { $0.clipped(to: width) }.joined(separator: "\n")
  }

  private var headline: String {
    let structure = covariance.map { ", \($0) covariance" } ?? ""
    let noun = components == 1 ? "component" : "components"
    return "Mixture of \(components) \(family) \(noun)\(structure)"
  }

  private var progressText: String {
    let noun = iterations == 1 ? "iteration" : "iterations"
    let state =
      hasConverged ? "converged after" : isCancelled ? "interrupted after" : "stopped after"
    return "\(state) \(iterations) \(noun)"
  }

  private var evidenceText: String {
    guard evidence.starts > 1 else { return "one start" }
    let collapsed = evidence.degenerate > 0 ? ", \(evidence.degenerate) collapsed" : ""
    let spurious = evidence.spurious > 0 ? ", \(evidence.spurious) spurious" : ""
    let givenUp = evidence.givenUp ?? 0
    let others = givenUp > 0 ? "; \(givenUp) were given up early" : ""
    return "\(evidence.reachedBest) of \(evidence.starts - givenUp) starts reached this optimum"
      + " (spread \(evidence.spread.formatted(significant: 3)) nats\(collapsed)\(spurious))\(others)"
  }

  private func componentTable(width: Int) -> [String] {
    let names = columnNames
    var header = ["", "weight"]
    header += means == nil ? ["parameters"] : names.map { "mean \($0)" }
    var rows = [header]
    for k in 0..<min(components, 20) {
      var cells = ["\(k + 1)", weights[k].formatted(decimals: 4)]
      if let mean = mixture.moments(k)?.mean {
        cells += mean.map { $0.formatted(significant: 6) }
      } else {
        cells.append(mixture.parameters(k).map(\.shortText).joined(separator: ", "))
      }
      rows.append(cells)
    }
    var table = alignedTable(rows, width: width)
    if components > 20 { table.append("… \(components - 20) more components") }
    return table
  }
}

extension NamedParameter {
  fileprivate var shortText: String {
    switch value {
    case .scalar(let value): "\(name) \(value.formatted(significant: 6))"
    case .vector(let values) where values.count <= 8:
      "\(name) \(values.map { $0.formatted(significant: 6) }.joined(separator: " "))"
    case .vector(let values): "\(name) (\(values.count) numbers)"
    case .matrix(let matrix): "\(name) (\(matrix.rows) × \(matrix.columns))"
    }
  }
}
