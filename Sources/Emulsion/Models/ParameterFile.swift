#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The file in which other programs hand over a mixture of Gaussians: parameters by name and nothing else.
///
/// ```json
/// { "format": "emulsion-parameters", "version": 1, "weights": [1],
///   "means": [[0, 0]], "covariances": [[[1, 0], [0, 1]]], "columns": ["x", "y"] }
/// ```
/// `columns`, `covariance`, `loglik`, `observations` and `source` may be left out.
enum ParameterFile {
  static let format = "emulsion-parameters"

  private struct Document: Decodable {
    var version: Int
    var family: String?
    var covariance: String?
    var columns: [String]?
    var weights: [Double]
    var means: [[Double]]
    var covariances: [[[Double]]]
    var loglik: Double?
    var observations: Int?
    var source: String?
  }

  /// The model of a file's bytes.
  ///
  /// - Throws: `invalid-data` where they are no parameters of a mixture.
  static func model(_ data: Data, _ catalogue: Catalogue) throws -> Model {
    let document: Document
    do { document = try JSONDecoder().decode(Document.self, from: data) } catch {
      throw EmulsionError(
        .invalidData,
        "parameters: weights, means (a list a component) and covariances (a list of lists a component) "
          + "are needed, all of numbers")
    }
    guard document.version == 1 else {
      throw EmulsionError(
        .invalidData, "written for a newer Emulsion (version \(document.version)); update Emulsion")
    }
    guard document.family ?? "gaussian" == "gaussian" else {
      throw EmulsionError(
        .invalidData, "parameters: only those of the family \"gaussian\" are read")
    }
    guard let means = Matrix(rows: document.means) else {
      throw EmulsionError(.invalidData, "parameters: means differ in length")
    }
    let covariances = try document.covariances.enumerated().map { k, rows in
      guard let matrix = Matrix(rows: rows) else {
        throw EmulsionError(
          .invalidData, "parameters: the rows of covariance \(k + 1) differ in length")
      }
      return matrix
    }
    var given = GivenGaussians(weights: document.weights, means: means, covariances: covariances)
    given.covariance = document.covariance
    given.columnNames = document.columns
    given.logLikelihood = document.loglik
    given.observations = document.observations.map { max(0, $0) }
    given.source = document.source
    return try given.model(catalogue)
  }
}
