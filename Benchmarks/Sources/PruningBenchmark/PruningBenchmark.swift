import Emulsion
import Synchronization

/// Times EM iterations with pruning and without on clusters of unit width, and prints one line of JSON.
///
/// Arguments: rows columns components separation covariance iterations threads, and `pruned` to leave
/// out the dense runs.
/// Centres are uniform in a cube that is scaled until the closest two lie `separation` apart. The
/// start has the true means and unit covariances.
@main
enum PruningBenchmark {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 8, let rows = Int(arguments[1]), let columns = Int(arguments[2]),
      let components = Int(arguments[3]), let separation = Double(arguments[4]),
      let iterations = Int(arguments[6]), let threads = Int(arguments[7])
    else {
      print(
        "usage: PruningBenchmark rows columns components separation covariance iterations threads "
          + "[pruned]")
      return
    }
    let clusters = Clusters(components, columns: columns, separation: separation)
    let data = MatrixSource(clusters.rows(rows))
    var options = FitOptions()
    options.components = components
    options.covariance = arguments[5]
    options.tolerance = 0
    options.maximumIterations = iterations
    options.threads = threads
    options.initializer = GivenMeans(
      means: clusters.centres,
      covariances: Array(repeating: .identity(columns), count: components))
    let pruned = try run(data, options)
    guard arguments.count == 8 else {
      print("{\"pruned\": \(pruned.seconds), \"share\": \(pruned.shares)}")
      return
    }
    options.prunes = false
    let dense = try run(data, options)
    let difference = abs(pruned.logLikelihood - dense.logLikelihood) / abs(dense.logLikelihood)
    print(
      "{\"rows\": \(rows), \"columns\": \(columns), \"components\": \(components), "
        + "\"separation\": \(separation), \"covariance\": \"\(arguments[5])\", "
        + "\"dense\": \(dense.median), \"pruned\": \(pruned.median), "
        + "\"ratio\": \(dense.median / pruned.median), \"mean\": \(pruned.mean), "
        + "\"share\": \(pruned.shares.last ?? 1), \"difference\": \(difference)}")
  }

  private struct Run {
    var seconds: [Double]
    var logLikelihood: Double
    /// Of all joint densities, in each iteration.
    var shares: [Double]
    /// Of an iteration, the first apart.
    var median: Double { seconds.sorted()[seconds.count / 2] }
    var mean: Double { seconds.reduce(0, +) / Double(seconds.count) }
  }

  private static func run(_ data: MatrixSource, _ options: FitOptions) throws -> Run {
    var options = options
    let clock = ContinuousClock()
    let begin = clock.now
    let stamps = Mutex<[(time: Double, value: Double, share: Double)]>([])
    options.progress = ProgressHandler(isConcurrent: true) { progress in
      let seconds = begin.duration(to: clock.now) / .seconds(1)
      stamps.withLock { $0.append((seconds, progress.logLikelihood, progress.evaluatedShare)) }
    }
    _ = try Catalogue.standard.fit(data, options)
    let times = stamps.withLock { $0 }
    let steps = zip(times, times.dropFirst()).map { $1.time - $0.time }
    return Run(seconds: steps, logLikelihood: times.last?.value ?? .nan, shares: times.map(\.share))
  }
}
