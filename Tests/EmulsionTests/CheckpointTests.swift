import Emulsion
import EmulsionData
import Foundation
import Testing

/// Fits that are interrupted and taken up again come to the bits of fits that were not.
@Suite struct CheckpointTests {
  private let path: String

  init() {
    path =
      FileManager.default.temporaryDirectory
      .appending(path: "checkpoint-\(UInt64.random(in: .min ... .max)).jsonl").path
  }

  enum Kind: String, CaseIterable {
    case plain, structured, noise, stochastic, variational, sorted, given, missing, labelled, tied
    case online
  }

  private func example(_ kind: Kind) -> (MatrixSource, FitOptions) {
    var options = FitOptions()
    var rows = clusters(900, columns: 3, components: 4, separation: 2.5, seed: 5)
    (options.components, options.restarts, options.tolerance) = (4, 4, 1e-7)
    switch kind {
    case .plain: options.components = 6
    case .structured: options.covariance = "VVE"
    case .noise: options.noise = true
    case .stochastic: options.algorithm = StochasticEM(burnIn: 20, average: 40)
    case .variational: options.algorithm = VariationalBayes()
    case .sorted:
      rows = clusters(40_000, columns: 2, components: 12, separation: 6, seed: 1)
      (options.components, options.restarts, options.tolerance) = (16, 2, 0.01)
      options.maximumIterations = 60
    case .given:
      options.initializer = GivenMeans(means: rows.rows(Array(0..<4)))
    case .missing:
      for i in stride(from: 0, to: 900, by: 9) { rows[i, i % 3] = .nan }
      options.takesMissing = true
    case .labelled:
      options.labels = KnownLabels((0..<900).map { $0 % 50 < 4 ? Double($0 % 50) : .nan })
    case .tied: options.constraints.tied = ["mean.x1"]
    case .online:
      (options.algorithm, options.tolerance) = (OnlineEM(block: 100, passes: 12), 0)
    }
    return (
      MatrixSource(rows, columnNames: ["x1", "x2", "x3"].prefix(rows.columns).map { $0 }), options
    )
  }

  private func bits(_ model: Model) -> [String] {
    [
      "\(model.logLikelihood)", "\(model.trace)", "\(model.objective)", "\(model.weights)",
      "\(model.parameters.map { $0.map(\.value.numbers) })", "\(model.evidence)",
      "\(model.warnings)",
    ]
  }

  /// Interrupted again and again, after more and more iterations.
  @Test(arguments: Kind.allCases)
  func `a fit that was stopped comes to the same bits`(kind: Kind) throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (data, options) = example(kind)
    let expected = bits(try Catalogue.standard.fit(data, options))
    var stops = 0
    for step in 0..<200 {
      let (flag, count) = (Flag(), Counter())
      var options = options
      options.threads = 1 + step % 2
      options.checkpoint = Checkpoint(path)
      options.checkpoint?.seconds = 1e-3
      options.progress = ProgressHandler(isConcurrent: true) { _ in
        if count.next() == 7 + 9 * step { flag.raise() }
      }
      options.isCancelled = { flag.isRaised }
      do {
        let model = try Catalogue.standard.fit(data, options)
        if model.isCancelled {
          stops += 1
          continue
        }
        #expect(bits(model) == expected, "after \(stops) stops")
        break
      } catch let error as EmulsionError where error.code == .cancelled {
        stops += 1
      }
    }
    #expect(stops > 1)
    // What has come to its end is read.
    let count = Counter()
    var again = options
    again.checkpoint = Checkpoint(path)
    again.progress = ProgressHandler(isConcurrent: true) { _ in _ = count.next() }
    #expect(bits(try Catalogue.standard.fit(data, again)) == expected)
    #expect(count.value == 0)
  }

  @Test func `a checkpoint of other work is refused`() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    var (data, options) = example(.plain)
    options.checkpoint = Checkpoint(path)
    _ = try Catalogue.standard.fit(data, options)
    func message(_ change: (inout FitOptions) -> Void) -> String {
      var options = options
      change(&options)
      do { _ = try Catalogue.standard.fit(data, options) } catch { return "\(error)" }
      return ""
    }
    #expect(message { $0.tolerance = 0.5 }.contains("its tolerance was 1e-07, not 0.5"))
    #expect(message { $0.initializer = GivenLabels([1, 2]) }.contains("initializer"))
    let never = message { $0.checkpoint?.seconds = 0 }
    #expect(never.contains("seconds above 0"))
    var selection = SelectionOptions()
    selection.fit = options
    #expect(throws: EmulsionError.self) { try Catalogue.standard.select(data, selection) }
    data = example(.structured).0
    data = MatrixSource(data.matrix.rows(Array(0..<899)), columnNames: data.columnNames)
    #expect(message { _ in }.contains("of other data"))
    let forced = message { $0.checkpoint?.acceptsOtherData = true }
    #expect(forced.isEmpty)
  }

  @Test func `a search that was stopped comes to the same bits`() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (data, _) = example(.plain)
    var options = SelectionOptions()
    (options.components, options.covariances) = ([2, 4], ["VVI", "EEE", "VVV"])
    func line(_ selection: Selection) -> String {
      selection.entries.map {
        "\($0.structure) \($0.components) \(bits($0.model ?? selection.best))"
      }
      .joined(separator: "\n")
    }
    let expected = line(try Catalogue.standard.select(data, options))
    for step in 0..<100 {
      let (flag, count) = (Flag(), Counter())
      options.fit.checkpoint = Checkpoint(path)
      options.fit.threads = 1 + step % 2
      options.fit.progress = ProgressHandler(isConcurrent: true) { _ in
        if count.next() == 5 + 20 * step { flag.raise() }
      }
      options.fit.isCancelled = { flag.isRaised }
      let selection = try? Catalogue.standard.select(data, options)
      guard let selection, !flag.isRaised else { continue }
      #expect(line(selection) == expected)
      #expect(step > 2)
      return
    }
    Issue.record("it never came to its end")
  }
}
