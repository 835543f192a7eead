/// Components that collapse upon many rows which lie exactly at one value, or in one plane: these are a
/// property of the data, such as saturated pixels, that every good start finds, while other collapses
/// are an accident of a start.
struct Atoms: Sendable {
  /// Where a component is flat: rows x with |v·(x − μ)| small.
  private struct Plane: Sendable {
    var component: Int
    /// v, in units of the columns' standard deviations under the mixture.
    var normal: [Double]
    var offset: Double
    /// The component's deviation along v.
    var deviation: Double
  }

  private let planes: [Plane]
  private let counts: [Double]

  /// Rows are in the plane that lie within this share of a component's deviation, which holds a
  /// twenty-fifth of what is normal.
  private static var nearness: Double { 0.05 }
  /// The share of its rows that a component on an atom has in the plane, at least.
  private static var leastShare: Double { 0.8 }
  /// Rows in the plane a dimension, at least: through as many rows as there are dimensions goes a plane
  /// always.
  private static var leastRows: Double { 5 }

  /// Where components that are said to have collapsed are flat.
  private init<Family: ComponentFamily>(
    _ diagnoses: [Diagnosis], _ family: Family,
    _ parameters: MixtureParameters<Family.Component>, counts: [Double]
  ) {
    let all = parameters.components.map { family.properties.moments(of: $0) }
    let units = Self.deviations(all, parameters.weights)
    planes = diagnoses.compactMap { diagnosis in
      guard let k = diagnosis.component, !diagnosis.isSpurious, let moments = all[k], let units
      else { return nil }
      return Self.plane(k, moments, units)
    }
    self.counts = counts
  }

  /// Standard deviations of the columns under the mixture.
  private static func deviations(_ all: [Moments?], _ weights: [Double]) -> [Double]? {
    let known = all.compactMap { $0 }
    guard known.count == all.count, let d = known.first?.mean.count else { return nil }
    let deviations = (0..<d).map { j -> Double in
      let mean = zip(known, weights).reduce(0) { $0 + $1.1 * $1.0.mean[j] }
      return zip(known, weights).reduce(0) {
        let shift = $1.0.mean[j] - mean
        return $0 + $1.1 * ($1.0.covariance[j, j] + shift * shift)
      }.squareRoot()
    }
    return deviations.allSatisfy { $0 > 0 && $0.isFinite } ? deviations : nil
  }

  private static func plane(_ k: Int, _ moments: Moments, _ units: [Double]) -> Plane? {
    let d = units.count
    var scaled = Matrix(rows: d, columns: d)
    for a in 0..<d {
      for b in 0..<d { scaled[a, b] = moments.covariance[a, b] / (units[a] * units[b]) }
    }
    guard let (values, vectors) = LinearAlgebra.eigen(scaled),
      let least = values.indices.min(by: { values[$0] < values[$1] }), values[least] > 0
    else { return nil }
    let normal = (0..<d).map { vectors[$0, least] / units[$0] }
    return Plane(
      component: k, normal: normal,
      offset: zip(normal, moments.mean).reduce(0) { $0 + $1.0 * $1.1 },
      deviation: values[least].squareRoot())
  }

  /// What makes components untrustworthy, with those on atoms told apart. One pass where some have collapsed.
  static func diagnoses<Family: ComponentFamily>(
    _ family: Family, _ parameters: MixtureParameters<Family.Component>, counts: [Double],
    in data: any DataSource, _ execution: Execution
  ) throws -> [Diagnosis] {
    let found = family.properties.diagnose(parameters.components, counts: counts)
    guard !found.isEmpty, data.missing == nil, data.errors == nil else { return found }
    return try Atoms(found, family, parameters, counts: counts).told(found, in: data, execution)
  }

  private func told(
    _ diagnoses: [Diagnosis], in data: any DataSource, _ execution: Execution
  ) throws -> [Diagnosis] {
    guard !planes.isEmpty else { return diagnoses }
    let none = planes.map { _ in Census(columns: data.columns) }
    let census = try execution.reduceBlocks(of: data, from: none) { all, other in
      for i in all.indices { all[i].merge(other[i]) }
    } add: { buffer, census in
      for i in planes.indices { count(buffer, planes[i], &census[i]) }
    }
    return diagnoses.map { diagnosis in
      guard let place = planes.firstIndex(where: { $0.component == diagnosis.component }),
        holds(census[place], planes[place])
      else { return diagnosis }
      return Diagnosis(
        component: diagnosis.component,
        problem: text(census[place], planes[place], data.columnNames), isAtom: true)
    }
  }

  private func count(_ buffer: borrowing BlockBuffer, _ plane: Plane, _ census: inout Census) {
    let block = buffer.block
    for i in 0..<block.rows {
      var distance = -plane.offset
      for j in plane.normal.indices { distance += plane.normal[j] * block.column(j)[i] }
      guard abs(distance) <= Self.nearness * plane.deviation else { continue }
      census.rows += buffer.weight(ofRow: i) ?? 1
      for j in plane.normal.indices {
        census.minima[j] = min(census.minima[j], block.column(j)[i])
        census.maxima[j] = max(census.maxima[j], block.column(j)[i])
      }
    }
  }

  private func holds(_ census: Census, _ plane: Plane) -> Bool {
    census.rows >= Self.leastRows * Double(plane.normal.count + 1)
      && census.rows >= Self.leastShare * counts[plane.component]
  }

  private func text(_ census: Census, _ plane: Plane, _ names: [String]) -> String {
    let rows = "\(census.rows.formatted(significant: 6)) rows"
    let constant = plane.normal.indices.filter { census.minima[$0] == census.maxima[$0] }
    let values = constant.map { "\(names[$0]) = \(census.minima[$0].formatted(significant: 6))" }
    let place =
      switch (values.isEmpty, plane.normal.count) {
      case (false, _): "have \(values.joined(separator: ", ")) exactly"
      case (true, ...2): "lie on one line exactly"
      case (true, 3): "lie in one plane exactly"
      case (true, _): "lie in one hyperplane exactly"
      }
    return
      "holds an atom of the data: \(rows) \(place), so that a variance is at the covariance_floor and "
      + "the log-likelihood depends on it"
  }
}

/// What lies in a plane.
private struct Census: Sendable, Codable {
  var rows = 0.0
  var minima: [Double]
  var maxima: [Double]

  init(columns: Int) {
    minima = Array(repeating: .infinity, count: columns)
    maxima = Array(repeating: -.infinity, count: columns)
  }

  mutating func merge(_ other: Census) {
    rows += other.rows
    for j in minima.indices {
      minima[j] = min(minima[j], other.minima[j])
      maxima[j] = max(maxima[j], other.maxima[j])
    }
  }
}
