/// Which cells of a grid are special cases of which, and where each stands; entries are heavy, and each is
/// compared with many.
struct Nesting {
  /// From the smallest models to the largest.
  let order: [Int]
  /// For each cell, in that order, those that are nested in it.
  let nested: [[Int]]
  /// Log-likelihood and BIC of each cell; `nil` of those that may not win.
  private(set) var standing: [(logLikelihood: Double, bic: Double)?]
  private let cells: [Cell]

  private struct Cell {
    var family: String
    var components: Int
    var covariance: String?
    /// The structures that are special cases of its own.
    var special: Set<String>
    /// The families in the grid that are special cases or limits of its own.
    var limits: Set<String>
  }

  /// - Parameter options: Those of the cells, for the families.
  init(_ entries: [Selection.Entry], _ options: [FitOptions], _ catalogue: Catalogue) {
    let models = Set(entries.compactMap(\.covariance)).compactMap { name in
      (try? catalogue.covarianceModel(named: name)).map { (name: name, model: $0) }
    }
    let special = Dictionary(
      models.map { name, own in
        (name, Set(own.special).union(models.filter { own.includes($0.model) }.map(\.name)))
      }
    ) { first, _ in first }
    let limits = Self.limits(entries, options)
    let cells = entries.map {
      Cell(
        family: $0.family, components: $0.components, covariance: $0.covariance,
        special: special[$0.covariance ?? "", default: []],
        limits: limits[$0.family, default: []])
    }
    let order = cells.indices.sorted {
      (cells[$0].components, cells[$0].limits.count, cells[$0].special.count)
        < (cells[$1].components, cells[$1].limits.count, cells[$1].special.count)
    }
    nested = cells.map { large in order.filter { Self.isNested(cells[$0], in: large) } }
    (self.cells, self.order) = (cells, order)
    standing = entries.map(Self.standing)
  }

  private static func isNested(_ small: Cell, in large: Cell) -> Bool {
    guard small.family == large.family else {
      return small.components == large.components && small.covariance == large.covariance
        && large.limits.contains(small.family)
    }
    if small.covariance == large.covariance { return small.components < large.components }
    return small.components == large.components
      && large.special.contains(small.covariance ?? "")
  }

  /// For each family of the grid those of the others that are special cases or limits of it.
  private static func limits(_ entries: [Selection.Entry], _ options: [FitOptions])
    -> [String: Set<String>]
  {
    var families: [String: any FamilyDefinition] = [:]
    for cell in options { families[cell.family.label] = cell.family }
    guard families.count > 1 else { return [:] }
    var known: [String: [String: ParameterValue]] = [:]
    for entry in entries where known[entry.family] == nil {
      known[entry.family] = entry.model?.parameters(ofComponent: 0).byName
    }
    return families.mapValues { large in
      Set(
        known.filter { name, parameters in
          guard name != large.label, let small = families[name] else { return false }
          // Factors that take the fit's covariance model may be tied by it, where others are not.
          guard !large.isComposite || options.allSatisfy({ $0.covariance == "full" }) else {
            return false
          }
          return large.parameters(like: small, with: parameters) != nil
        }.keys)
    }
  }

  /// In which way a cell is nested in another.
  func relation(of small: Int, to large: Int) -> SelectionAudit.Relation {
    if cells[small].family != cells[large].family { return .family }
    return cells[small].components == cells[large].components ? .structure : .components
  }

  mutating func note(_ entry: Selection.Entry, at index: Int) {
    standing[index] = Self.standing(entry)
  }

  private static func standing(_ entry: Selection.Entry) -> (logLikelihood: Double, bic: Double)? {
    entry.isEligible ? (entry.logLikelihood, entry.bic) : nil
  }

  func logLikelihood(_ index: Int) -> Double? { standing[index]?.logLikelihood }
  /// The least BIC of all.
  var leastBIC: Double { standing.compactMap { $0?.bic }.min() ?? .infinity }
  /// The best of some cells.
  func best(of cells: [Int]) -> Int? {
    cells.filter { standing[$0] != nil }
      .max { logLikelihood($0) ?? -.infinity < logLikelihood($1) ?? -.infinity }
  }
}

extension SelectionAudit.Relation {
  /// How far below a nested fit one may stand, nats: rounding, or what a limit is out of reach.
  func slack(_ height: Double, _ options: FitOptions) -> Double {
    self == .family ? max(options.tolerance, 1e-5 * abs(height)) : 1e-9 * abs(height)
  }
}
