import Emulsion
import EmulsionData
import Synchronization

/// The tasks.
enum Tasks {}

extension Tasks {
  /// Seconds of each EM iteration from given means, equal weights and the columns' variances.
  @Sendable
  static func iterations(_ arguments: Arguments) throws -> Figures {
    var arguments = arguments
    let data = try arguments.matrix()
    var options = try givenStart(arguments.matrix().matrix, data.matrix)
    options.covariance = arguments.text()
    options.maximumIterations = arguments.number()
    options.threads = arguments.number()
    options.tolerance = 0
    let clock = ContinuousClock()
    let begin = clock.now
    let stamps = Mutex<[Double]>([])
    options.progress = ProgressHandler(isConcurrent: true) { _ in
      let elapsed = begin.duration(to: clock.now) / .seconds(1)
      stamps.withLock { $0.append(elapsed) }
    }
    let model = try Catalogue.standard.fit(data, options)
    let times = stamps.withLock { $0 }
    var figures = Figures()
    figures["loglik"] = [model.logLikelihood]
    figures["seconds"] = zip(times, times.dropFirst()).map { $1 - $0 }
    return figures
  }

  /// Seconds of a fit with `RESTARTS` short runs, and of one full run alone.
  @Sendable
  static func restarts(_ arguments: Arguments) throws -> Figures {
    var arguments = arguments
    let data = try arguments.matrix()
    var options = FitOptions()
    options.components = arguments.number()
    let restarts = arguments.number()
    options.seed = UInt64(arguments.number())
    options.threads = arguments.number()
    var figures = Figures()
    for (name, starts) in [("one", 1), ("seconds", restarts)] {
      options.restarts = starts
      var model: Model?
      figures[name] = [try seconds { model = try Catalogue.standard.fit(data, options) }]
      figures[name + "_loglik"] = [model?.logLikelihood ?? .nan]
    }
    return figures
  }

  /// Seconds of a grid of structures × 1 … LARGEST components, and the best BIC.
  @Sendable
  static func select(_ arguments: Arguments) throws -> Figures {
    var arguments = arguments
    let data = try arguments.matrix()
    var options = SelectionOptions()
    options.covariances = arguments.text().split(separator: ",").map(String.init)
    options.components = Array(1...max(1, arguments.number()))
    options.fit.restarts = arguments.number()
    options.fit.threads = arguments.number()
    var best: Model?
    var figures = Figures()
    figures["seconds"] = [
      try seconds { best = try Catalogue.standard.select(data, options).best }
    ]
    figures["bic"] = [best?.bic ?? .nan]
    return figures
  }

  static func givenStart(_ means: Matrix, _ data: Matrix) -> FitOptions {
    var options = FitOptions()
    options.components = means.rows
    let variances = variances(of: data)
    options.initializer = GivenMeans(
      means: means, covariances: Array(repeating: variances, count: means.rows))
    return options
  }

  private static func variances(of matrix: Matrix) -> Matrix {
    let d = matrix.columns
    var (sums, squares) = ([Double](repeating: 0, count: d), [Double](repeating: 0, count: d))
    for i in 0..<matrix.rows {
      for j in 0..<d {
        sums[j] += matrix[i, j]
        squares[j] += matrix[i, j] * matrix[i, j]
      }
    }
    var result = Matrix(rows: d, columns: d)
    let n = Double(matrix.rows)
    for j in 0..<d { result[j, j] = squares[j] / n - (sums[j] / n) * (sums[j] / n) }
    return result
  }
}
