/// The classes that some rows are known to belong to: component k is class k, and further components are classes that no
/// row is known of.
///
/// A row of known class has ln πₖ p(x|k) as its log-likelihood, k its class, and belongs to that component alone; it is no
/// noise.
public struct KnownLabels: Sendable, Hashable {
  /// The names of the classes, in the order of the components.
  public let classes: [String]
  /// The class of each row, from 0; −1 where it is not known.
  let rows: [Int]

  /// Classes by their names, sorted; `nil` or an empty text where a row's is not known.
  public init(_ texts: [String?]) {
    let known = texts.map { $0.flatMap { $0.isEmpty ? nil : $0 } }
    let classes = ColumnLevels.ordered(Set(known.compactMap { $0 }))
    let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
    rows = known.map { $0.flatMap { places[$0] } ?? -1 }
    self.classes = classes
  }

  /// Classes by numbers, ascending; NaN where a row's is not known.
  public init(_ numbers: [Double]) {
    let known = numbers.map { $0 + 0 }
    let classes = Set(known.filter { !$0.isNaN }).sorted()
    let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
    rows = known.map { places[$0] ?? -1 }
    self.classes = classes.map { $0.formatted(significant: 15) }
  }

  /// Classes by codes, positions among `levels`; NaN where a row's is not known.
  package init(codes: [Double], of levels: [String]) {
    self.init(classes: levels, rows: codes.map { Int(exactly: $0) ?? -1 })
  }

  init(classes: [String], rows: [Int]) { (self.classes, self.rows) = (classes, rows) }

  /// The place of each row's class among given ones; −1 where it is not known.
  ///
  /// - Throws: `invalid-data` for a class that is none of them.
  func places(in known: [String]) throws -> [Int] {
    let places = try classes.map { name in
      guard let place = known.firstIndex(of: name) else {
        throw EmulsionError(
          .invalidData,
          "class: \(quoted(name)) is none of the classes that were learned, "
            + known.map(quoted).joined(separator: ", "))
      }
      return place
    }
    return rows.map { $0 >= 0 ? places[$0] : -1 }
  }

  /// The labels of the rows that are kept.
  public func filtered(keeping kept: [Bool]) -> KnownLabels {
    KnownLabels(classes: classes, rows: zip(rows, kept).filter(\.1).map(\.0))
  }

  /// Throws where they don't fit a fit.
  func check(_ options: FitOptions, rows count: Int) throws {
    func refuse(_ what: String) -> EmulsionError {
      EmulsionError(.invalidOption, "labels: \(what)")
    }
    guard rows.count == count else {
      throw EmulsionError(
        .invalidData,
        "labels: \(rows.count.counted("label")) for \(count.counted("row")); give one a row")
    }
    guard !classes.isEmpty else { throw refuse("no row has one; leave them out") }
    guard classes.count <= options.components else {
      throw refuse(
        "there are \(classes.count.counted("class", "classes")), but components = \(options.components); raise components"
      )
    }
    guard options.family.groupColumn == nil else {
      throw refuse("this family groups rows, which then belong together; leave them out")
    }
  }

  /// The rule of an algorithm for rows whose class is not known, while the others belong to theirs.
  func restricting(_ rule: any PosteriorTransform) -> any PosteriorTransform {
    RestrictedRule(base: rule, labels: self)
  }

  /// The rule of a start for rows whose class is not known, while the others belong to theirs.
  func overriding(_ rule: any PosteriorTransform) -> any PosteriorTransform {
    OverriddenRule(base: rule, labels: self)
  }
}

/// Leaves a row of known class its component's joint log-density alone.
private struct RestrictedRule: PosteriorTransform {
  let base: any PosteriorTransform
  let labels: KnownLabels

  var hasObjective: Bool { base.hasObjective }
  var knowsRows: Bool { true }
  func isKnown(row: Int) -> Bool { labels.rows[row] >= 0 }

  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {
    restrict(&joint, block)
    base.transform(&joint, block: block, logDensity: &logDensity)
  }

  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>,
    objective: inout MutableSpan<Double>
  ) {
    restrict(&joint, block)
    base.transform(&joint, block: block, logDensity: &logDensity, objective: &objective)
  }

  private func restrict(_ joint: inout Joint, _ block: borrowing Block) {
    for k in 0..<joint.components {
      var lanes = joint[component: k]
      for i in 0..<block.rows {
        let own = labels.rows[block.rowID(i)]
        if own >= 0 && own != k { lanes[i] = -.infinity }
      }
    }
  }
}

/// Gives rows of known class to their component, whatever a start says.
private struct OverriddenRule: PosteriorTransform {
  let base: any PosteriorTransform
  let labels: KnownLabels

  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {
    base.transform(&joint, block: block, logDensity: &logDensity)
    for k in 0..<joint.components {
      var lanes = joint[component: k]
      for i in 0..<block.rows {
        let own = labels.rows[block.rowID(i)]
        if own >= 0 { lanes[i] = own == k ? 1 : 0 }
      }
    }
  }
}
