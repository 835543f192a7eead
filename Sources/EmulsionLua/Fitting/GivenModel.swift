import Emulsion
import LuaBridge

/// A call of `em.model`: a mixture by its parameters, without data.
struct GivenModel {
  var family = "gaussian"
  var covariance: String?
  var weights: [Double]?
  var means: Matrix?
  var covariances: [Matrix]?
  var columns: [String]?

  /// The model, whose components are in the order given.
  ///
  /// - Throws: `invalid-option` where something is not given, or the family is another; `invalid-data` where the
  ///   parameters are none.
  func model(_ catalogue: Catalogue) throws -> Model {
    guard try catalogue.family(named: family).name == GaussianDefinition().name else {
      throw EmulsionError(
        .invalidOption,
        "em.model: family = \"\(family)\" is not there yet without data; \"gaussian\" is")
    }
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
          "\(place): mean has \(mean.count) numbers, but that of the first component \(rows[0].count)"
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
      LuaOption("family", "\"gaussian\"", "the family's name", names: NameKind.family) {
        $1.family = try $0.text("family")
      },
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
      LuaOption("parameters", "none", "in place of both: a list of tables of mean and covariance") {
        try $1.take($0.componentParameters("parameters"))
      },
      LuaOption("columns", "x1, x2, …", "names of the columns") {
        $1.columns = try $0.texts("columns")
      },
    ])
  }
}
