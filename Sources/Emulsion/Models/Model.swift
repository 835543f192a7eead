/// A fitted mixture with everything a user may ask of the fit.
public struct Model: Sendable {
  let mixture: any AnyMixture
  /// The catalogue that it was made with, or loaded with.
  public let catalogue: Catalogue
  /// The family's registered name.
  public let family: String
  /// The covariance model's name, for families that have one.
  public let covariance: String?
  /// Names of the columns it was fitted to.
  public let columnNames: [String]
  /// The texts that columns of codes stand for.
  public internal(set) var levels = ColumnLevels.none
  /// The names of the classes that components are, from the first on, where some rows were known to belong to them.
  public internal(set) var classes: [String] = []
  /// The missing cells of the data, for a model that takes rows with such; else `nil`.
  public internal(set) var missing: MissingCounts?
  /// The posterior distribution, of a fit by ``VariationalBayes``.
  public internal(set) var variational: VariationalPosterior?
  /// How the fit went.
  public internal(set) var report: FitReport
  /// How it was made: library version, options, seed, data.
  public internal(set) var manifest: Manifest

  /// K.
  public var components: Int { mixture.weights.count }
  /// d.
  public var dimension: Int { mixture.dimension }
  /// The column that says which rows share one component, where there is one.
  public var groupColumn: String? { mixture.groupColumn.map { columnNames[$0] } }
  /// Mixing weights πₖ of the components; with noise they sum to what it leaves.
  public var weights: [Double] { mixture.weights }
  /// The noise component; `nil` where the model has none.
  public var noise: Noise? { mixture.noise }
  /// Free parameters of components and weights; noise counts two, its weight and its volume.
  public var freeParameters: Int { mixture.freeParameters }
  /// Number of rows of the data.
  public var observations: Int { report.observations }
  /// Total log-likelihood at these parameters, nats.
  public var logLikelihood: Double { report.logLikelihood }
  /// −2ℓ + p ln n, n the sum of row weights; smaller is better (Schwarz 1978).
  public var bic: Double { BayesianInformation().value(of: figures) }
  /// −2ℓ + 2p; smaller is better (Akaike 1974).
  public var aic: Double { AkaikeInformation().value(of: figures) }
  /// BIC − 2 Σ w ln γ(n, MAP); smaller is better (Biernacki, Celeux & Govaert 2000).
  public var icl: Double { IntegratedCompletedLikelihood().value(of: figures) }
  /// What criteria compare it by.
  public var figures: FitFigures {
    FitFigures(
      components: components, logLikelihood: logLikelihood, freeParameters: freeParameters,
      totalWeight: report.totalWeight, logMAP: report.logMAP, entropy: report.entropy)
  }
  /// −Σ w Σ γ ln γ, nats: 0 where every row belongs to one component alone.
  public var entropy: Double { report.entropy }
  /// EM iterations.
  public var iterations: Int { max(0, report.trace.count - 1) }
  /// Whether the stopping rule was met.
  public var hasConverged: Bool { report.hasConverged }
  /// Whether the fit was interrupted.
  public var isCancelled: Bool { report.isCancelled }
  /// Whether a component has collapsed or is kept up by too few rows.
  public var isDegenerate: Bool { !report.problems.isEmpty }
  /// Log-likelihood at the start and after every iteration, nats; of variational fits the lower bound.
  public var trace: [Double] { report.trace }
  /// The course of what was maximised: of classification EM its log-likelihood, else the trace.
  public var objective: [Double] { report.objective ?? report.trace }
  /// Seconds that the fit took.
  public var seconds: Double { report.seconds }
  /// What must be known before the fit is trusted.
  public var warnings: [String] { report.warnings }
  /// What the restarts say.
  public var evidence: Evidence { report.evidence }

  /// Bytes of memory, roughly.
  package var memorySize: Int {
    4096
      + (2 * freeParameters + report.trace.count).multipliedOrMax(by: MemoryLayout<Double>.stride)
  }

  /// What mixing probabilities depend on beside what the family describes; `nil` where nothing.
  public var concomitant: Concomitant? { mixture.concomitant }

  /// The columns that the family describes, by their positions: all but covariates of mixing probabilities.
  public var describedColumns: [Int] { mixture.describedColumns }

  /// Means, K × d, for families that have them, of the columns that the family describes.
  public var means: Matrix? { means(of: describedColumns) }

  /// Means of all columns, 0 of those that the family does not describe.
  package var placedMeans: Matrix? { means(of: Array(0..<dimension)) }

  private func means(of columns: [Int]) -> Matrix? {
    let rows = (0..<components).compactMap { k in
      mixture.moments(k).map { moments in
        columns.count == moments.mean.count ? moments.mean : columns.map { moments.mean[$0] }
      }
    }
    return Matrix(rows: rows).flatMap { $0.rows == components ? $0 : nil }
  }

  /// Covariances, d × d each, for families that have them. O(K·d²); see ``covariance(ofComponent:)``.
  public var covariances: [Matrix]? {
    let list = (0..<components).compactMap { covariance(ofComponent: $0)?.matrix }
    return list.count == components ? list : nil
  }

  /// The covariance of component `k`, from 0, as it is known: where columns are independent, by their
  /// variances. `nil` for families that have none.
  public func covariance(ofComponent k: Int) -> Covariance? {
    let covariance = placedCovariance(ofComponent: k)
    return concomitant == nil ? covariance : covariance?.selecting(describedColumns)
  }

  /// The same among all columns, 0 of those that the family does not describe.
  package func placedCovariance(ofComponent k: Int) -> Covariance? {
    mixture.moments(k)?.covariance
  }

  /// The parameters of component `k`, from 0, by name.
  public func parameters(ofComponent k: Int) -> [NamedParameter] { mixture.parameters(k) }

  /// The same model with its components by weight, largest first.
  var inCanonicalOrder: Model {
    // Posteriors are in the order of their components, and these in that of their classes.
    guard variational == nil && classes.isEmpty else { return self }
    var model = Model(
      mixture: mixture.canonical, catalogue: catalogue, family: family, covariance: covariance,
      columnNames: columnNames, levels: levels, report: report, manifest: manifest)
    model.missing = missing
    return model
  }

  /// The same model with another report, made as `origin` was.
  func reported(_ report: FitReport, as origin: Model) -> Model {
    var model = self
    (model.report, model.manifest) = (report, origin.manifest)
    return model
  }

  /// Every component's parameters by name.
  public var parameters: [[NamedParameter]] { (0..<components).map { mixture.parameters($0) } }
}

/// How a fit went.
public struct FitReport: Sendable, Codable {
  /// Number of rows.
  public var observations: Int
  /// Sum of row weights.
  public var totalWeight: Double
  /// Total log-likelihood, nats.
  public var logLikelihood: Double
  /// Σ w ln γ(n, MAP).
  public var logMAP: Double
  /// −Σ w Σ γ ln γ.
  public var entropy: Double
  /// Log-likelihood at the start and after every iteration.
  public var trace: [Double]
  /// The same of what was maximised, where that is something else.
  public var objective: [Double]?
  /// Whether the stopping rule was met.
  public var hasConverged: Bool
  /// Whether it was interrupted.
  public var isCancelled: Bool
  /// What makes components untrustworthy, a sentence each.
  public var problems: [String]
  /// Seconds it took.
  public var seconds: Double
  /// What the restarts say.
  public var evidence: Evidence

  /// What must be known of the data, a sentence each; `nil` in files of before it was told.
  public var notes: [String]?

  /// Problems, and what else must be known.
  public var warnings: [String] {
    var list = problems + (notes ?? [])
    if isCancelled {
      list.append("interrupted after \((max(0, trace.count - 1)).counted("iteration"))")
    } else if !hasConverged && trace.count > 1 {
      list.append(
        "not converged after \((trace.count - 1).counted("iteration")); raise max_iterations, or resume"
      )
    }
    return list
  }
}

/// How a model was made.
public struct Manifest: Sendable, Codable, Hashable {
  /// The library's version.
  public var version = emulsionVersion
  /// The options that matter, as text.
  public var options: [String: String]
  /// The seed, as the signed number that scripts give.
  public var seed: Int64
  /// A hash of the data.
  public var dataFingerprint: String
}

extension Manifest {
  /// That of a run which went on from a model with this manifest: what is fitted and how it began are the model's, how
  /// far and by what it went on are the run's.
  func continued(by run: Manifest) -> Manifest {
    var result = self
    for option in FitOptions.table where option.scopes.contains(.resume) {
      result.options[option.name] = run.options[option.name]
    }
    (result.version, result.dataFingerprint) = (run.version, run.dataFingerprint)
    return result
  }
}
