import Emulsion
import LuaBridge

/// A call of `em.model`: a mixture by its parameters, without data.
struct GivenModel {
  let catalogue: Catalogue
  var family: any FamilyDefinition = GaussianDefinition()
  var covariance: String?
  var weights: [Double]?
  var means: Matrix?
  var covariances: [Matrix]?
  var parameters: [[String: ParameterValue]]?
  var columns: [String]?

  init(_ catalogue: Catalogue) { self.catalogue = catalogue }

  /// The model, whose components are in the order given.
  ///
  /// - Throws: `invalid-option` where something is not given or no parameter of the family; `invalid-data` where the
  ///   parameters are none.
  func model() throws -> Model {
    guard parameters == nil || means == nil && covariances == nil else {
      throw EmulsionError(
        .invalidOption, "em.model: parameters stand in place of means and covariances; give either")
    }
    guard family.name == GaussianDefinition().name && family.usesCovariance else {
      return try ofAnyFamily()
    }
    var own = self
    if let parameters { try own.take(parameters) }
    return try own.ofGaussians()
  }

  /// Components of any family by its own parameters, or means and covariances where it takes these.
  private func ofAnyFamily() throws -> Model {
    var parameters = parameters
    if parameters == nil, let means {
      parameters = (0..<means.rows).map { ["mean": .vector(Array(means.row($0)))] }
      if let covariances {
        guard covariances.count == means.rows else {
          throw EmulsionError(
            .invalidOption,
            "em.model: \(covariances.count) covariances for \(means.rows) means")
        }
        for (k, matrix) in covariances.enumerated() {
          parameters?[k]["covariance"] =
            matrix.values.count == 1 ? .scalar(matrix.values[0]) : .matrix(matrix)
        }
      }
    }
    guard let parameters else {
      throw EmulsionError(
        .invalidOption,
        "em.model: give parameters, a list of one table a component of the family \"\(family.label)\""
      )
    }
    guard covariance == nil || family.usesCovariance || family.isComposite else {
      throw EmulsionError(
        .invalidOption, "em.model: the family \"\(family.label)\" has no covariance; leave it out")
    }
    var given = GivenComponents(family, parameters: parameters)
    given.weights = weights
    given.covariance = covariance ?? given.covariance
    given.columnNames = columns
    given.source = "em.model"
    do {
      return try given.model(catalogue)
    } catch let error as EmulsionError {
      throw EmulsionError(error.code, "em.model: " + error.message)
    }
  }

  private func ofGaussians() throws -> Model {
    guard let means, let covariances else {
      throw EmulsionError(
        .invalidOption,
        "em.model: give means and covariances, or parameters with mean and covariance")
    }
    let k = max(1, means.rows)
    var given = GivenGaussians(
      weights: weights ?? Array(repeating: 1 / Double(k), count: k), means: means,
      covariances: covariances)
    given.covariance = covariance
    given.columnNames = columns
    given.source = "em.model"
    return try given.model(catalogue)
  }

  /// The means and covariances among the parameters of every component.
  fileprivate mutating func take(_ parameters: [[String: ParameterValue]]) throws {
    var rows: [[Double]] = []
    var matrices: [Matrix] = []
    for (k, component) in parameters.enumerated() {
      let place = "em.model: parameters[\(k + 1)]"
      for name in component.keys.sorted() where name != "mean" && name != "covariance" {
        throw EmulsionError(
          .invalidOption, "\(place): unknown parameter \"\(name)\"; there are mean and covariance")
      }
      guard let mean = component["mean"]?.numbers, let covariance = component["covariance"] else {
        throw EmulsionError(.invalidOption, "\(place): give mean and covariance")
      }
      guard mean.count == rows.first?.count ?? mean.count else {
        throw EmulsionError(
          .invalidData,
          "\(place): mean has \(mean.count.counted("number")), but that of the first component \(rows[0].count)"
        )
      }
      rows.append(mean)
      let numbers = covariance.numbers
      guard
        let matrix = covariance.matrix
          ?? (numbers.count == 1 ? Matrix(rows: 1, columns: 1, values: numbers) : nil)
      else {
        throw EmulsionError(.invalidData, "\(place): covariance must be a matrix")
      }
      matrices.append(matrix)
    }
    guard let d = rows.first?.count, d > 0 else {
      throw EmulsionError(.invalidOption, "em.model: parameters of no component")
    }
    means = Matrix(rows: rows.count, columns: d, values: rows.flatMap { $0 })
    covariances = matrices
  }
}

extension OptionList where Target == GivenModel {
  /// The options of `em.model`.
  static var givenModel: OptionList {
    OptionList(options: [
      LuaOption(
        "family", "\"gaussian\"",
        "as in em.fit: a name, a Family, a list of these, or a table by column",
        names: NameKind.family
      ) { $1.family = try FamilyReader(catalogue: $1.catalogue).family($0) },
      LuaOption(
        "covariance", "\"full\", or \"diagonal\"", "the structure that the covariances have",
        names: NameKind.covariance
      ) { $1.covariance = try $0.text("covariance") },
      LuaOption("weights", "all alike", "mixing weights, which sum to 1") {
        $1.weights = try $0.numbers("weights")
      },
      LuaOption("means", "none", "a Matrix or a list of rows, one a component") {
        $1.means = try $0.matrix("means")
      },
      LuaOption("covariances", "none", "a list of matrices, or of variances for one column") {
        guard let table = $0.table else { throw $0.mustBe("covariances", "a list of matrices") }
        $1.covariances = try table.list().enumerated().map { position, element in
          if let number = element.number { return Matrix(rows: 1, columns: 1, values: [number]) }
          return try element.matrix("covariances[\(position + 1)]")
        }
      },
      LuaOption(
        "parameters", "none", "in place of both, for any family: a list of one table a component"
      ) { $1.parameters = try $0.componentParameters("parameters") },
      LuaOption("columns", "x1, x2, …", "names of the columns, where the family reads none by name")
      {
        $1.columns = try $0.texts("columns")
      },
    ])
  }
}
