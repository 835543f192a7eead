import Synchronization

/// Whether fits of a grid stand as they must: none below one that is nested in it.
public struct SelectionAudit: Sendable, Hashable {
  /// In which way a model is nested in another.
  public enum Relation: String, Sendable, CaseIterable {
    /// By its covariance model, with as many components.
    case structure
    /// By its number of components, under the same covariance model.
    case components
    /// By its family, which is a special case or a limit of the other's.
    case family
  }

  /// A cell of the grid.
  public struct Cell: Sendable, Hashable, CustomStringConvertible {
    /// K.
    public var components: Int
    /// The covariance model, for families that use one.
    public var covariance: String?
    /// The family, with its options.
    public var family: String

    init(_ entry: Selection.Entry) {
      (components, covariance, family) = (entry.components, entry.covariance, entry.family)
    }

    /// Such as `VVV,3`.
    public var description: String { "\(covariance ?? family),\(components)" }
  }

  /// A fit that stood below one that is nested in it, or had collapsed while that one was sound.
  public struct Finding: Sendable, Hashable {
    /// The fit that fell short.
    public var cell: Cell
    /// The best of those that are nested in it.
    public var nested: Cell
    /// How that is nested.
    public var relation: Relation
    /// By how much the fit stood below the nested one, nats; `nil` where it had collapsed.
    public var shortfall: Double?
    /// By how much it stands below now, nats; 0 where it was mended, `nil` where it has no sound fit.
    public var remaining: Double?
    /// Whether it stands as it must now.
    public var isMended: Bool { remaining == 0 }
  }

  /// How many pairs of sound fits were compared, by how one is nested in the other.
  public internal(set) var pairs: [Relation: Int] = [:]
  /// What fell short and was mended, and then what falls short still.
  public internal(set) var findings: [Finding] = []

  /// Whether no fit stands below one that is nested in it.
  public var isSound: Bool { findings.allSatisfy(\.isMended) }
}

extension SelectionAudit: CustomStringConvertible {
  /// A line on the pairs, and one a finding.
  public var description: String { lines(limit: .max).joined(separator: "\n") }

  /// A line on the pairs, and at most so many on findings.
  func lines(limit: Int) -> [String] {
    let total = pairs.values.reduce(0, +)
    guard total > 0 || !findings.isEmpty else { return [] }
    let counts = Relation.allCases.compactMap { relation in
      pairs[relation].map { "\($0) by \(relation.rawValue)" }
    }
    let mended = findings.count { $0.isMended }
    let left = findings.count - mended
    var lines = [
      "Audit: \(total.counted("nested pair")) (\(counts.joined(separator: ", "))); "
        + (findings.isEmpty
          ? "none fell short"
          : "\(mended) mended"
            + (left > 0 ? ", \(left) \(left == 1 ? "falls" : "fall") short still" : ""))
    ]
    for finding in findings.prefix(limit) {
      func name(_ cell: Cell) -> String {
        finding.relation == .family && cell.covariance != nil ? "\(cell.family) \(cell)" : "\(cell)"
      }
      let before = finding.shortfall.map { "\($0.formatted(significant: 3)) nats below" }
      let now =
        finding.isMended
        ? "mended" : finding.remaining.map { "\($0.formatted(significant: 3)) nats remain" }
      lines.append(
        "  \(name(finding.cell)) was \(before ?? "degenerate, unlike") \(name(finding.nested)): "
          + (now ?? "still"))
    }
    if findings.count > limit { lines.append("  … \(findings.count - limit) more") }
    return lines
  }
}

/// What the repair of a grid mends, as it goes.
final class AuditLog: Sendable {
  private let mended = Mutex<[SelectionAudit.Finding]>([])

  func note(
    _ before: Selection.Entry, _ after: Selection.Entry, nested: Selection.Entry,
    _ relation: SelectionAudit.Relation
  ) {
    let finding = SelectionAudit.Finding(
      cell: SelectionAudit.Cell(after), nested: SelectionAudit.Cell(nested), relation: relation,
      shortfall: before.isEligible ? nested.logLikelihood - before.logLikelihood : nil,
      remaining: 0)
    mended.withLock { $0.append(finding) }
  }

  /// The whole audit, once the grid has come to its end.
  func audit(_ entries: [Selection.Entry], _ grid: Grid) -> SelectionAudit {
    let nesting = Nesting(entries, grid.cells, grid.work.catalogue)
    var audit = SelectionAudit(findings: mended.withLock { $0 })
    for large in nesting.order {
      guard let own = nesting.logLikelihood(large) else { continue }
      for small in nesting.nested[large] {
        guard nesting.logLikelihood(small) != nil else { continue }
        audit.pairs[nesting.relation(of: small, to: large), default: 0] += 1
      }
      guard let best = nesting.best(of: nesting.nested[large]),
        let highest = nesting.logLikelihood(best)
      else { continue }
      let relation = nesting.relation(of: best, to: large)
      guard own < highest - relation.slack(highest, grid.options) else { continue }
      let cell = SelectionAudit.Cell(entries[large])
      // What was mended before and falls short again is told once, as it is now.
      let shortfall = audit.findings.last { $0.cell == cell }?.shortfall
      audit.findings.removeAll { $0.cell == cell }
      audit.findings.append(
        SelectionAudit.Finding(
          cell: cell, nested: SelectionAudit.Cell(entries[best]), relation: relation,
          shortfall: shortfall ?? (highest - own), remaining: highest - own))
    }
    return audit
  }
}
