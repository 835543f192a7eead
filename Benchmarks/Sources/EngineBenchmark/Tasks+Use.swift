import Emulsion
import EmulsionData

extension Tasks {
  /// Seconds of k-means++ and k-means from one start, and the inertia.
  @Sendable
  static func kMeans(_ arguments: Arguments) throws -> Figures {
    var arguments = arguments
    let data = try arguments.matrix()
    var options = KMeansOptions()
    options.components = arguments.number()
    options.seed = UInt64(arguments.number())
    options.threads = arguments.number()
    options.restarts = 1
    var result: KMeansResult?
    var figures = Figures()
    figures["seconds"] = [try seconds { result = try Catalogue.standard.kMeans(data, options) }]
    figures["inertia"] = [result?.inertia ?? .nan]
    figures["iterations"] = [Double(result?.iterations ?? 0)]
    return figures
  }

  /// Seconds of each use of a model: the best of three calls.
  @Sendable
  static func use(_ arguments: Arguments) throws -> Figures {
    var arguments = arguments
    let data = try arguments.matrix()
    var options = try givenStart(arguments.matrix().matrix, data.matrix)
    options.covariance = arguments.text()
    let threads = arguments.number()
    options.threads = threads
    options.maximumIterations = 1
    let model = try Catalogue.standard.fit(data, options)
    var figures = Figures()
    var score = 0.0
    figures["predict"] = try best { _ = try model.predict(data, threads: threads) }
    figures["posterior"] = try best { _ = try model.posterior(data, threads: threads) }
    figures["logdensity"] = try best { _ = try model.logDensity(data, threads: threads) }
    figures["score"] = try best { score = try model.score(data, threads: threads) }
    figures["sample"] = try best { _ = try model.sample(data.rows, seed: 1) }
    figures["loglik"] = [score * Double(data.rows)]
    return figures
  }

  private static func best(_ body: () throws -> Void) throws -> [Double] {
    [try (0..<3).map { _ in try seconds(body) }.min() ?? .nan]
  }

  /// Seconds to read a file as a table of numbers.
  @Sendable
  static func read(_ arguments: Arguments) throws -> Figures {
    var arguments = arguments
    let path = arguments.text()
    var table: Table?
    var figures = Figures()
    figures["seconds"] = [try seconds { table = try Table(reading: path) }]
    figures["rows"] = [Double(table?.rows ?? 0)]
    return figures
  }
}
