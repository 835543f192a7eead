import Emulsion
import EmulsionData

/// Runs one task of the benchmark and prints its figures as one line of JSON.
@main
enum EngineBenchmark {
  /// The tasks by name: their arguments, and what runs them.
  private static let tasks:
    [(name: String, usage: String, run: @Sendable (Arguments) throws -> Figures)] = [
      ("iterations", "DATA.npy MEANS.npy COVARIANCE ITERATIONS THREADS", Tasks.iterations),
      ("k-means", "DATA.npy COMPONENTS SEED THREADS", Tasks.kMeans),
      ("restarts", "DATA.npy COMPONENTS RESTARTS SEED THREADS", Tasks.restarts),
      ("select", "DATA.npy COVARIANCES LARGEST RESTARTS THREADS", Tasks.select),
      ("use", "DATA.npy MEANS.npy COVARIANCE THREADS", Tasks.use),
      ("read", "FILE", Tasks.read),
    ]

  static func main() throws {
    let words = CommandLine.arguments.dropFirst()
    guard let task = tasks.first(where: { $0.name == words.first }),
      words.count - 1 == task.usage.split(separator: " ").count
    else {
      for task in tasks { print("usage: EngineBenchmark \(task.name) \(task.usage)") }
      return
    }
    print(try task.run(Arguments(words.dropFirst())).json)
  }
}

/// The words of the command line, taken one by one.
struct Arguments {
  private var words: ArraySlice<String>

  init(_ words: ArraySlice<String>) { self.words = words }

  mutating func text() -> String { words.popFirst() ?? "" }
  mutating func number() -> Int { Int(text()) ?? 0 }
  mutating func matrix() throws -> MatrixSource {
    MatrixSource(try Table(reading: text()).matrix())
  }
}

/// What a task measured: lists of numbers by name.
struct Figures {
  private var lists: [(name: String, values: [Double])] = []

  subscript(name: String) -> [Double] {
    get { lists.first { $0.name == name }?.values ?? [] }
    set { lists.append((name, newValue)) }
  }

  /// One line of JSON.
  var json: String {
    "{" + lists.map { "\"\($0.name)\": \($0.values)" }.joined(separator: ", ") + "}"
  }
}

/// The seconds that `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure(body) / .seconds(1)
}
