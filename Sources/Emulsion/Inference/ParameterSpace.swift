/// A number that is reported of a mixture.
struct ReportedNumber: Sendable {
  /// The component, from 0; `nil` where it is of none alone.
  let component: Int?
  /// `mean eruptions`, `covariance eruptions waiting`, `weight`.
  let name: String
  /// The borders within which its intervals stay.
  let transform: ParameterTransform
  fileprivate let place: Place

  /// Whether it is the weight of a component, or of the noise.
  var isWeight: Bool { if case .weight = place { true } else { false } }

  fileprivate enum Place: Sendable {
    case parameter(Int, Int)
    case weight(Int)
  }
}

/// The numbers of all components' parameters and the weights, that of the noise last.
struct ParameterNumbers: Sendable {
  var parameters: [[Double]]
  var weights: [Double]

  init(_ mixture: any AnyMixture, order: [Int]? = nil) {
    let order = order ?? Array(mixture.weights.indices)
    parameters = order.map { mixture.parameters($0).flatMap(\.value.numbers) }
    weights = order.map { mixture.weights[$0] } + (mixture.noise.map { [$0.weight] } ?? [])
    if order.first != 0 { contrast(mixture) }
  }

  /// Turns differences from the component that was first into differences from the one that is first now.
  private mutating func contrast(_ mixture: any AnyMixture) {
    let (template, roles) = (mixture.parameters(0), mixture.schema.roles)
    for (parameter, range) in zip(template, template.numberRanges)
    where mixture.schema.isContrast(parameter.name) {
      for i in range where roles.isEmpty || roles[i] == .free {
        let first = parameters[0][i]
        for k in parameters.indices { parameters[k][i] -= first }
      }
    }
  }

  func value(_ number: ReportedNumber) -> Double {
    switch number.place {
    case .parameter(let k, let i): parameters[k][i]
    case .weight(let k): weights[k]
    }
  }
}

/// The free numbers of a mixture about where it stands, and what is reported of it: as its family's schema
/// tells names, borders, and what is tied or fixed.
struct ParameterSpace: Sendable {
  let mixture: any AnyMixture
  /// Those of the columns that components describe.
  let columnNames: [String]
  /// Those of all columns of the data.
  private let dataColumns: [String]
  let base: ParameterNumbers
  /// The numbers that results report, component by component; shared numbers come last, fixed ones are left out.
  private(set) var reported: [ReportedNumber] = []
  /// What each coordinate is of, for messages.
  private(set) var names: [String] = []
  /// The coordinates that are numbers as they are, without borders.
  private(set) var unbounded: Set<Int> = []
  /// What sits at a border, so that no coordinate leads away from it, for messages.
  private(set) var atBorder: [String] = []
  /// What else to do where the information is singular.
  var remedy = "use fewer components"
  private var moves: [Move] = []
  /// Of each component, what is tied or fixed of its numbers.
  let roles: [[ParameterRole]]

  /// What some coordinates do to the numbers.
  private struct Move: Sendable {
    let count: Int
    let apply: @Sendable ([Double], inout ParameterNumbers) -> Void
  }

  /// The weights of all rows together.
  private let totalWeight: Double

  /// Probabilities this near to 0 or 1 are at the border, however many the rows.
  private static let border = 1e-8
  /// And those by which fewer rows than this are expected: that much is left where EM is cut off on its way to 0.
  private static let borderRows = 1e-3

  /// - Parameter totalWeight: The weights of the rows that it was fitted to, together.
  init(_ mixture: any AnyMixture, columnNames: [String], totalWeight: Double) throws {
    (self.mixture, self.totalWeight) = (mixture, totalWeight)
    let others = mixture.concomitant?.columns ?? []
    dataColumns = columnNames
    self.columnNames = columnNames.indices.filter { !others.contains($0) }.map { columnNames[$0] }
    base = ParameterNumbers(mixture)
    let k = mixture.weights.count
    let template = mixture.parameters(0)
    let schema = mixture.schema
    let count = template.reduce(0) { $0 + $1.value.numbers.count }
    let (common, own) = (schema.roles.completed(to: count), schema.rolesByComponent)
    roles = (0..<k).map { own[$0] ?? common }
    addWeights()
    var shared: [ReportedNumber] = []
    var told: [[ReportedNumber]] = Array(repeating: [], count: k)
    for (parameter, range) in zip(template, template.numberRanges) {
      let part = schema.factorPart(ofParameter: parameter.name)
      if case .loadings(let pattern, let units) = part {
        addLoadings(parameter, range, pattern, units)
        continue
      }
      let model = schema.covarianceModel(ofParameter: parameter.name)
      let geometry = (model as? any GeometricCovariance)?.geometry
      let transform = schema.transform(ofParameter: parameter.name)
      let isContrast = schema.isContrast(parameter.name)
      for (i, title, kind) in numbers(of: parameter, range, transform, model, geometry) {
        if roles[0][i] == .tied && !isContrast {
          shared.append(
            ReportedNumber(
              component: nil, name: title, transform: kind, place: .parameter(0, i)))
        }
        for k in (isContrast ? 1 : 0)..<max(k, 1) where roles[k][i] == .free {
          told[k].append(
            ReportedNumber(component: k, name: title, transform: kind, place: .parameter(k, i)))
        }
      }
      if case .uniquenesses(let pattern, let floors) = part {
        addUniquenesses(parameter, range, pattern, floors)
      } else if let geometry {
        addCovariances(parameter.name, range, geometry)
      } else if transform == .simplex {
        addShares(parameter, range)
      } else {
        addNumbers(parameter, range, transform, isContrast: isContrast)
      }
    }
    let weights = reported
    reported =
      (0..<k).flatMap { k in weights.filter { $0.component == k } + told[k] } + shared
      + weights.filter { $0.component == nil }
  }

  /// How many numbers are free: coordinates, and what sits at a border.
  var freeCount: Int { names.count + atBorder.count }

  /// The numbers at coordinates, 0 being the mixture's own.
  func numbers(at x: [Double]) -> ParameterNumbers {
    var result = base
    var start = 0
    for move in moves {
      move.apply(Array(x[start..<start + move.count]), &result)
      start += move.count
    }
    return result
  }

  /// The mixture at coordinates.
  func mixture(at x: [Double]) throws -> any AnyMixture {
    let numbers = numbers(at: x)
    return try mixture.replacing(
      numbers.parameters.enumerated().map { k, values in
        mixture.parameters(k).with(values).byName
      }, weights: numbers.weights)
  }
}

extension ParameterSpace {
  /// Adds coordinates, which messages name, and what they do to the numbers.
  mutating func add(
    _ names: [String], _ apply: @escaping @Sendable ([Double], inout ParameterNumbers) -> Void
  ) {
    self.names += names
    moves.append(Move(count: names.count, apply: apply))
  }

  /// Tells of a number that it sits at a border.
  mutating func addBorder(_ name: String) { atBorder.append(name) }

  func told(_ component: Int?, _ title: String) -> String {
    component.map { "\(title) of component \($0 + 1)" } ?? title
  }

  func titles(of parameter: NamedParameter) -> [String] {
    let count = parameter.value.numbers.count
    if parameter.labels.count == count { return parameter.labels }
    return parameter.titles(columnNames, of: dataColumns)
  }

  /// Positions, titles and borders of the numbers of a parameter that results report.
  private func numbers(
    of parameter: NamedParameter, _ range: Range<Int>, _ transform: ParameterTransform,
    _ model: (any CovarianceModel)?, _ geometry: Geometry?
  ) -> [(Int, String, ParameterTransform)] {
    guard model != nil, let d = parameter.value.matrix?.rows else {
      let one: ParameterTransform = transform == .simplex ? .interval : transform
      return zip(range, titles(of: parameter)).filter { $0.1 != "" }.map { ($0, $1, one) }
    }
    let own = parameter.factor.map { $0.columns.map { dataColumns[$0] } } ?? columnNames
    let names = d == own.count ? own : (1...max(1, d)).map { "\($0)" }
    let title = parameter.factor?.name ?? parameter.name
    return (0..<d).flatMap { i in
      (i..<d).compactMap { j in
        if i != j && geometry?.orientation == .identity { return nil }
        return (
          range.lowerBound + i * d + j, "\(title) \(names[i]) \(names[j])",
          i == j ? .positive : .real
        )
      }
    }
  }

  private mutating func addWeights() {
    let k = mixture.weights.count
    if mixture.mixing == .free, k > 1 {
      for k in 0..<k {
        reported.append(
          ReportedNumber(component: k, name: "weight", transform: .interval, place: .weight(k)))
      }
      addShares(
        of: base.weights.prefix(k).map { $0 }, named: (0..<k).map { told($0, "weight") },
        border: nearness(ofShare: 1)
      ) { shares, numbers in
        let total = numbers.weights.prefix(k).reduce(0, +)
        for (k, share) in shares.enumerated() { numbers.weights[k] = share * total }
      }
    }
    guard let noise = mixture.noise?.weight else { return }
    reported.append(
      ReportedNumber(component: nil, name: "weight", transform: .interval, place: .weight(k)))
    let border = nearness(ofShare: 1)
    guard noise > border && noise < 1 - border else {
      atBorder.append("weight of the noise")
      return
    }
    add(["weight of the noise"]) { x, numbers in
      let value = UnboundedScale.logit.value(
        at: UnboundedScale.logit.coordinate(of: noise) + x[0])
      for j in 0..<k { numbers.weights[j] *= (1 - value) / (1 - noise) }
      numbers.weights[k] = value
    }
  }

  /// How near to 0 or 1 a probability is at its border, of what has this share of the rows.
  private func nearness(ofShare share: Double) -> Double {
    let rows = max(1, totalWeight * share)
    return max(Self.border, rows.isFinite ? Self.borderRows / rows : 0)
  }

  /// That of the probabilities of a component, or of those that all have alike.
  private func nearness(of component: Int?) -> Double {
    nearness(ofShare: component.map { base.weights[$0] } ?? 1)
  }

  /// Shares that sum to 1, by their log-ratios to the largest. Those at the border stay what they are, and the others
  /// share what these leave.
  private mutating func addShares(
    of shares: [Double], named titles: [String], border: Double,
    _ write: @escaping @Sendable ([Double], inout ParameterNumbers) -> Void
  ) {
    let total = shares.reduce(0, +)
    let own = shares.map { $0 / total }
    guard let largest = own.indices.max(by: { own[$0] < own[$1] }) else { return }
    let others = own.indices.filter { $0 != largest && titles[$0] != "" }
    let bound = Set(others.filter { !(own[$0] > border) })
    atBorder += bound.sorted().map { titles[$0] }
    let free = others.filter { !bound.contains($0) }
    let moving = own.indices.filter { !bound.contains($0) }
    let rest = bound.sorted().reduce(1) { $0 - own[$1] }
    add(free.map { titles[$0] }) { x, numbers in
      var result = own
      for (place, i) in free.enumerated() { result[i] *= exponential(x[place]) }
      let sum = moving.reduce(0) { $0 + result[$1] }
      for i in moving { result[i] = result[i] / sum * rest }
      write(result, &numbers)
    }
  }

  private mutating func addShares(_ parameter: NamedParameter, _ range: Range<Int>) {
    let titles = titles(of: parameter)
    let width = parameter.value.matrix?.columns ?? range.count
    for first in stride(from: 0, to: range.count, by: max(1, width)) {
      let row = Array(first..<first + width).filter { titles[$0] != "" }
      let places = row.map { range.lowerBound + $0 }
      let isTied = places.allSatisfy { roles[0][$0] == .tied }
      // Where some of a row's shares are tied or fixed the others have to fill up what is left: not told here.
      let owners =
        isTied
        ? [0] : base.parameters.indices.filter { k in places.allSatisfy { roles[k][$0] == .free } }
      for k in owners {
        addShares(
          of: places.map { base.parameters[k][$0] },
          named: row.map { told(isTied ? nil : k, titles[$0]) },
          border: nearness(of: isTied ? nil : k)
        ) { shares, numbers in
          let targets = isTied ? Array(numbers.parameters.indices) : [k]
          for target in targets {
            for (i, share) in zip(places, shares) { numbers.parameters[target][i] = share }
          }
        }
      }
    }
  }

  private mutating func addNumbers(
    _ parameter: NamedParameter, _ range: Range<Int>, _ transform: ParameterTransform,
    isContrast: Bool
  ) {
    for (i, title) in zip(range, titles(of: parameter)) {
      let isTied = roles[0][i] == .tied
      // Of contrasts the first is 0, and what all have alike makes no difference.
      guard !isContrast || !isTied else { continue }
      for k in base.parameters.indices.dropFirst(isContrast ? 1 : 0)
      where isTied ? k == 0 : roles[k][i].fixedValue == nil {
        let value = base.parameters[k][i]
        let name = told(isTied ? nil : k, title == "" ? parameter.name : title)
        let border = nearness(of: isTied ? nil : k)
        let inside =
          switch transform {
          case .real, .simplex: value.isFinite
          case .positive: value > 0 && value.isFinite
          case .interval: value > border && value < 1 - border
          }
        guard inside else {
          atBorder.append(name)
          continue
        }
        if transform == .real { unbounded.insert(names.count) }
        add([name]) { x, numbers in
          let moved =
            switch transform {
            case .real, .simplex: value + x[0]
            case .positive: value * exponential(x[0])
            case .interval:
              UnboundedScale.logit.value(at: UnboundedScale.logit.coordinate(of: value) + x[0])
            }
          for target in isTied ? Array(numbers.parameters.indices) : [k] {
            numbers.parameters[target][i] = moved
          }
        }
      }
    }
  }

  private mutating func addCovariances(
    _ name: String, _ range: Range<Int>, _ geometry: Geometry
  ) {
    let owners = base.parameters.indices.filter { k in
      !roles[k][range].allSatisfy { $0.fixedValue != nil }
    }
    guard !owners.isEmpty else { return }
    let d = Int(Double(range.count).squareRoot().rounded())
    let matrices = owners.map {
      Matrix(rows: d, columns: d, values: Array(base.parameters[$0][range]))
    }
    guard
      let chart = CovarianceChart(
        matrices, geometry, isTied: roles[0][range].allSatisfy { $0 == .tied })
    else {
      atBorder.append(name)
      return
    }
    add(chart.components.map { told($0.map { owners[$0] }, name) }) { x, numbers in
      for (k, matrix) in zip(owners, chart.covariances(at: x)) {
        numbers.parameters[k].replaceSubrange(range, with: matrix.values)
      }
    }
  }
}
