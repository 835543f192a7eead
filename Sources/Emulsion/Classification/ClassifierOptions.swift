/// How classes that are known of all rows are described.
public struct ClassifierOptions: Sendable {
  /// What a class is.
  public enum Method: String, Sendable, Codable, CaseIterable {
    /// A mixture of its own, whose structure and number of components are chosen for each class (MclustDA;
    /// Fraley & Raftery 2002).
    case mixtures = "MDA"
    /// One component; one covariance model for all classes, under which these may share what it lets them
    /// share (EDDA; Bensmail & Celeux 1996).
    case components = "EDDA"
  }

  /// What a class is.
  public var method = Method.mixtures
  /// The numbers of components to choose from for each class; 1 under EDDA.
  public var components: [Int] = Array(1...5)
  /// Names of covariance models to choose from, by BIC; `all` alone for every one.
  public var covariances = ["all"]
  /// How each mixture is fitted; its `components` and `covariance` are replaced.
  public var fit = FitOptions()

  /// Makes the default options.
  public init() {}
}
