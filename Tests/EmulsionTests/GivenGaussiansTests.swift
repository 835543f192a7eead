import Emulsion
import Foundation
import Testing

/// Parameters that another program gives make a model like others.
@Suite struct GivenGaussiansTests {
  private static func given(_ covariances: [[[Double]]]) -> GivenGaussians {
    GivenGaussians(
      weights: [0.25, 0.75], means: Matrix(rows: 2, columns: 2, values: [1000, -3, 1004, 2]),
      covariances: covariances.map {
        Matrix(rows: $0.count, columns: $0[0].count, values: $0.flatMap { $0 })
      })
  }

  private static let full = given([[[2, 0.5], [0.5, 1]], [[1, -0.3], [-0.3, 4]]])

  /// ln Σ πₖ N(x | μₖ, Σₖ), written out.
  private static func logDensity(_ x: [Double], _ given: GivenGaussians) -> Double {
    let terms = given.weights.indices.map { k -> Double in
      let s = given.covariances[k]
      let (a, b) = (x[0] - given.means[k, 0], x[1] - given.means[k, 1])
      let determinant = s[0, 0] * s[1, 1] - s[0, 1] * s[1, 0]
      let square = (s[1, 1] * a * a - 2 * s[0, 1] * a * b + s[0, 0] * b * b) / determinant
      return given.weights[k] * exp(-0.5 * square) / (2 * Double.pi * determinant.squareRoot())
    }
    return log(terms.reduce(0, +))
  }

  private static let structures: [(String?, String, [[[Double]]])] = [
    (nil, "full", [[[2, 0.5], [0.5, 1]], [[1, -0.3], [-0.3, 4]]]),
    ("VEV", "VEV", [[[2, 0.5], [0.5, 1]], [[1, -0.3], [-0.3, 4]]]),
    (nil, "diagonal", [[[2, 0], [0, 1]], [[1, 0], [0, 4]]]),
    ("spherical", "spherical", [[[2, 0], [0, 2]], [[3, 0], [0, 3]]]),
    ("VVV", "full", [[[2e-6, 1e-3], [1e-3, 1e6]], [[1, 0], [0, 4e4]]]),
  ]

  @Test(arguments: structures)
  func densitiesAreTheFormulas(name: String?, shown: String, covariances: [[[Double]]]) throws {
    var given = Self.given(covariances)
    given.covariance = name
    let model = try given.model()
    #expect(model.covariance == shown)
    #expect(model.columnNames == ["x1", "x2"])
    let rows = [1000.5, -2.5, 1004, 2, 1001, 0, 999, -3.2]
    let source = MatrixSource(Matrix(rows: 4, columns: 2, values: rows))
    for (i, found) in try model.logDensity(source).enumerated() {
      let expected = Self.logDensity([rows[2 * i], rows[2 * i + 1]], given)
      guard expected.isFinite else { continue }
      #expect(abs(found - expected) <= 1e-12 * max(1, abs(expected)))
    }
    #expect(model.bic.isNaN && model.weights == [0.25, 0.75])
  }

  @Test func itIsSavedAndReadLikeOthers() throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "given-\(UInt64.random(in: .min ... .max)).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var given = Self.full
    (given.logLikelihood, given.observations) = (-123.5, 40)
    let model = try given.model()
    try model.save(to: path)
    let source = MatrixSource(Matrix(rows: 1, columns: 2, values: [1001, 0.5]))
    let loaded = try Catalogue.standard.load(path: path)
    #expect(try loaded.logDensity(source) == model.logDensity(source))
    #expect(loaded.bic == 247 + 11 * log(40))
  }

  @Test(arguments: [
    (#"{"format":"emulsion-parameters","version":1}"#, "are needed"),
    (
      #"{"format":"emulsion-parameters","version":2,"weights":[1],"means":[[0]],"covariances":[[[1]]]}"#,
      "newer"
    ),
    (
      #"{"format":"emulsion-parameters","version":1,"weights":[0.5],"means":[[0]],"covariances":[[[1]]]}"#,
      "sum to 1"
    ),
    (
      #"{"format":"emulsion-parameters","version":1,"weights":[1],"means":[[0,1],[0]],"covariances":[[[1]]]}"#,
      "means differ"
    ),
    (
      #"{"format":"emulsion-parameters","version":1,"weights":[1],"means":[[0,1]],"covariances":[[[1,2],[2,1]]]}"#,
      "component 1 is not positive definite"
    ),
    (
      #"{"format":"emulsion-parameters","version":1,"weights":[1],"means":[[0,1]],"covariances":[[[1,0.2],[0.1,1]]]}"#,
      "symmetric"
    ),
    (
      #"{"format":"emulsion-parameters","version":1,"weights":[1],"means":[[0,1]],"covariances":[[[1]]]}"#,
      "1 × 1, not 2 × 2"
    ),
    (
      #"{"format":"emulsion-parameters","version":1,"weights":[1],"means":[[]],"covariances":[[]]}"#,
      "0 columns"
    ),
    (
      #"{"format":"emulsion-parameters","version":1,"weights":[],"means":[],"covariances":[]}"#,
      "components"
    ),
    (
      #"{"format":"emulsion-parameters","version":1,"weights":[1],"means":[[0]],"covariances":[[[1]]],"family":"poisson"}"#,
      "gaussian"
    ),
    (
      #"{"format":"emulsion-parameters","version":1,"weights":[1],"means":[[0]],"covariances":[[[1]]],"covariance":"fill"}"#,
      "full"
    ),
    (
      #"{"format":"emulsion-parameters","version":1,"weights":[1],"means":[[0,0]],"covariances":[[[1,0],[0,2]]],"covariance":"spherical"}"#,
      "said to be"
    ),
    (
      #"{"format":"emulsion-parameters","version":1,"weights":[1],"means":[[0,0]],"covariances":[[[1,0],[0,2]]],"columns":["a","a"]}"#,
      "name of its own"
    ),
    (
      #"{"format":"emulsion-parameters","version":1,"weights":[1],"means":[[1e400]],"covariances":[[[1]]]}"#,
      "not valid JSON"
    ),
    (
      #"{"format":"emulsion-parameters","version":1,"weights":[1],"means":[[0]],"covariances":[[[0]]]}"#,
      "positive definite"
    ),
  ])
  func whatIsNoMixtureIsRefused(text: String, reason: String) throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "given-\(UInt64.random(in: .min ... .max)).json")
    defer { try? FileManager.default.removeItem(at: path) }
    try text.write(to: path, atomically: true, encoding: .utf8)
    let error = #expect(throws: EmulsionError.self) {
      try Catalogue.standard.load(path: path.path)
    }
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(path.lastPathComponent) == true)
  }
}
