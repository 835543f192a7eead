/// Products that are special cases or limits of others, factor by factor.
extension ProductDefinition {
  /// Each factor's own way of being like what the other product has for its columns.
  ///
  /// Factors over the same columns are compared as they are; others are taken apart by columns, where their columns are
  /// independent. `nil` where the other is no product, is of other columns, or differs in nothing.
  public func parameters(
    like other: any FamilyDefinition, with parameters: [String: ParameterValue]
  ) -> [String: ParameterValue]? {
    guard let other = other as? ProductDefinition, let own = requiredColumns,
      let theirs = other.requiredColumns, own.count == theirs.count, Set(own) == Set(theirs)
    else { return nil }
    var result: [String: ParameterValue] = [:]
    var isSame = true
    for (factor, prefix) in zip(factors, prefixes) {
      guard let reached = factor.reached(from: other, parameters) else { return nil }
      isSame = isSame && reached.isSame
      for (name, value) in reached.parameters { result[prefix + name] = value }
    }
    return isSame ? nil : result
  }

  /// The factor that describes a column, its prefix, and the column's place in it.
  fileprivate func factor(of column: String) -> (
    family: any FamilyDefinition, prefix: String, place: Int
  )? {
    for (factor, prefix) in zip(factors, prefixes) {
      if let place = factor.requiredColumns?.firstIndex(of: column) {
        return (factor, prefix, place)
      }
    }
    return nil
  }
}

private typealias Parameters = [String: ParameterValue]

extension FamilyDefinition {
  /// Without the columns it is given.
  fileprivate var unplaced: any FamilyDefinition { (self as? ColumnsDefinition)?.base ?? self }

  /// Whether components have variances of their own for every column, and no covariances.
  fileprivate var isDiagonalGaussian: Bool {
    ["diagonal", "VVI"].contains((unplaced as? GaussianDefinition)?.covariance)
  }

  /// Whether each of its columns has parameters of its own, and is independent of the others.
  fileprivate var isSeparable: Bool {
    isDiagonalGaussian || !unplaced.usesCovariance && !(unplaced is GaussianDefinition)
  }

  /// What this factor is for the columns as another product describes them; whether it is the same there.
  fileprivate func reached(from other: ProductDefinition, _ given: Parameters) -> (
    parameters: Parameters, isSame: Bool
  )? {
    guard let columns = requiredColumns, let first = columns.first,
      let whole = other.factor(of: first)
    else { return nil }
    if whole.family.requiredColumns == columns {
      let own = given.withPrefix(whole.prefix)
      if unplaced.label == whole.family.unplaced.label { return (own, true) }
      let theirs = columns.count == 1 ? whole.family.ofOneColumn : whole.family.unplaced
      return unplaced.parameters(like: theirs, with: own).map { ($0, false) }
    }
    guard columns.count == 1 || isSeparable else { return nil }
    var pieces: [Parameters] = []
    var isSame = true
    for column in columns {
      guard let (family, prefix, place) = other.factor(of: column) else { return nil }
      let count = family.requiredColumns?.count ?? 0
      guard count == 1 || family.isSeparable,
        let piece = given.withPrefix(prefix).piece(
          place, of: count, isGaussian: family.unplaced is GaussianDefinition)
      else { return nil }
      if unplaced.ofOneColumn.label == family.ofOneColumn.label {
        pieces.append(piece)
        continue
      }
      guard let reached = unplaced.parameters(like: family.ofOneColumn, with: piece) else {
        return nil
      }
      isSame = false
      pieces.append(reached)
    }
    return Parameters(joining: pieces).map { ($0, isSame) }
  }

  /// The same for one column, of which a diagonal covariance says nothing.
  private var ofOneColumn: any FamilyDefinition {
    isDiagonalGaussian ? GaussianDefinition() : unplaced
  }
}

extension Parameters {
  /// Those of one column of several that are independent.
  fileprivate func piece(_ place: Int, of count: Int, isGaussian: Bool) -> Parameters? {
    guard count > 1 else { return self }
    var result: Parameters = [:]
    for (name, value) in self {
      switch value {
      case .vector(let list) where list.count == count:
        result[name] = isGaussian ? .vector([list[place]]) : .scalar(list[place])
      case .matrix, .covariance:
        guard isGaussian, value.numbers.count == count * count else { return nil }
        let variance = value.numbers[place * count + place]
        result[name] = .matrix(Matrix(rows: 1, columns: 1, values: [variance]))
      case .scalar, .vector: return nil
      }
    }
    return result
  }

  /// Those of independent columns together.
  fileprivate init?(joining pieces: [Parameters]) {
    guard let first = pieces.first else { return nil }
    self = first
    guard pieces.count > 1 else { return }
    for name in first.keys {
      let values = pieces.compactMap { $0[name] }
      guard values.count == pieces.count else { return nil }
      var (list, isMatrix) = ([Double](), false)
      for value in values {
        guard value.numbers.count == 1 else { return nil }
        list += value.numbers
        switch value {
        case .matrix, .covariance: isMatrix = true
        case .scalar, .vector: break
        }
      }
      if isMatrix {
        var matrix = Matrix(rows: list.count, columns: list.count)
        for (i, variance) in list.enumerated() { matrix[i, i] = variance }
        self[name] = .matrix(matrix)
      } else {
        self[name] = .vector(list)
      }
    }
  }
}
