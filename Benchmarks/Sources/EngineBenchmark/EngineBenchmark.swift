import Emulsion
import EmulsionData
import Synchronization

/// Times EM iterations on a NumPy file from a given start, and prints one line of JSON.
///
/// Arguments: data.npy means.npy covariance iterations threads.
/// The start has the given means, equal weights, and the variances of the columns.
@main
enum EngineBenchmark {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 6, let iterations = Int(arguments[4]), let threads = Int(arguments[5])
    else {
      print("usage: EngineBenchmark data.npy means.npy covariance iterations threads")
      return
    }
    let data = MatrixSource(try Table(reading: arguments[1]).matrix())
    let means = try Table(reading: arguments[2]).matrix()
    var options = FitOptions()
    options.components = means.rows
    options.covariance = arguments[3]
    options.tolerance = 0
    options.maximumIterations = iterations
    options.threads = threads
    let variances = variances(of: data.matrix)
    options.initializer = GivenMeans(
      means: means, covariances: Array(repeating: variances, count: means.rows))
    let clock = ContinuousClock()
    let begin = clock.now
    let stamps = Mutex<[Double]>([])
    options.progress = ProgressHandler(isConcurrent: true) { _ in
      let seconds = begin.duration(to: clock.now) / .seconds(1)
      stamps.withLock { $0.append(seconds) }
    }
    let model = try Catalogue.standard.fit(data, options)
    let times = stamps.withLock { $0 }
    let steps = zip(times, times.dropFirst()).map { $1 - $0 }
    print(
      "{\"loglik\": \(model.logLikelihood), \"iterations\": \(model.iterations), "
        + "\"seconds\": \(steps)}")
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
