import Emulsion
import Foundation
import Testing

/// One line of `Reference/cases.json`; see the README beside it.
struct ReferenceCase: Decodable, Sendable, CustomTestStringConvertible {
  struct Setting: Decodable {
    private enum CodingKeys: String, CodingKey {
      case family, covarianceType, modelName, regCovar, caseWeights
      case k = "K"
    }
    var family: String?
    var k: Int?
    var covarianceType: String?
    var modelName: String?
    var regCovar: Double?
    var caseWeights: [Double]?
  }
  struct Start: Decodable {
    var kind: String
    var weights: [Double]?
    var means: [[Double]]?
    var covariances: Nested?
    var labels: [Int]?
    var row: [Double]?
    var centers: [[Double]]?
  }
  struct Stopping: Decodable {
    var maxIter: Int?
    var tol: Double?
  }
  struct Expected: Decodable {
    var loglik: Double?
    var loglikTight: Double?
    var loglikUnscaled: Double?
    var loglikTrace: [String: Double?]?
    var weights: [Double]?
    var means: [[Double]]?
    var covariances: [[[Double]]]?
    var nParams: Int?
    var aic: Double?
    var bic: Double?
    var inertia: Double?
    var labels: [Int]?
  }
  struct Correct: Decodable {
    var kind: String
    var loglik: Double?
    var toleranceRel: Double?
  }

  var id: String
  var category: String
  var data: String
  var columns: [String]?
  var model: Setting
  var `init`: Start
  var stopping: Stopping?
  var expected: Expected?
  var correct: Correct?
  var lowerBound: Bool?

  var testDescription: String { id }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Reference")

  static let all: [ReferenceCase] = {
    do {
      let url = folder.appending(path: "cases.json")
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode([ReferenceCase].self, from: Data(contentsOf: url))
    } catch {
      return []
    }
  }()

  static func of(_ category: String) -> [ReferenceCase] { all.filter { $0.category == category } }
}

/// Numbers nested to any depth: covariances in the shape that a peer keeps them in.
indirect enum Nested: Decodable, Sendable {
  case number(Double)
  case list([Nested])

  init(from decoder: any Decoder) throws {
    if let value = try? decoder.singleValueContainer().decode(Double.self) {
      self = .number(value)
    } else {
      self = .list(try decoder.singleValueContainer().decode([Nested].self))
    }
  }

  var flat: [Double] {
    switch self {
    case .number(let value): [value]
    case .list(let values): values.flatMap(\.flat)
    }
  }
}

extension ReferenceCase {
  /// The covariance model's name in this project.
  var covariance: String {
    let names = ["full": "full", "tied": "tied", "diag": "diagonal", "spherical": "spherical"]
    return model.covarianceType.flatMap { names[$0] } ?? model.modelName ?? "full"
  }

  /// The start, as this project writes it.
  func initializer(rows: Int, columns d: Int) -> any Initializer {
    let k = model.k ?? 1
    if let labels = `init`.labels { return GivenLabels(labels) }
    if let row = `init`.row {
      return GivenResponsibilities(
        Matrix(rows: rows, columns: k, values: (0..<rows).flatMap { _ in row }))
    }
    let values = `init`.covariances?.flat ?? []
    let covariances = (0..<k).map { q -> Matrix in
      switch model.covarianceType {
      case "full":
        return Matrix(rows: d, columns: d, values: Array(values[q * d * d..<(q + 1) * d * d]))
      case "tied": return Matrix(rows: d, columns: d, values: values)
      default:
        var matrix = Matrix(rows: d, columns: d)
        for j in 0..<d {
          matrix[j, j] = model.covarianceType == "diag" ? values[q * d + j] : values[q]
        }
        return matrix
      }
    }
    return GivenMeans(
      means: Matrix(rows: `init`.means ?? []) ?? Matrix(rows: 0, columns: 0),
      covariances: covariances, weights: `init`.weights)
  }
}
