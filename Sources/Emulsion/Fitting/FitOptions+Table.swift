extension FitOptions {
  /// The options that all fronts read alike. A new one is its property and its entry here.
  package static let table: [OptionSpec<FitOptions>] = {
    let standard = FitOptions()
    func option(
      _ name: String, _ summary: String, _ kind: OptionKind<FitOptions>,
      default words: String = "none", telling: OptionTelling = .whereChanged,
      scopes: OptionScopes = [.fit, .select]
    ) -> OptionSpec<FitOptions> {
      OptionSpec(
        name, summary, kind, default: words, in: standard, telling: telling, scopes: scopes)
    }
    return [
      option(
        "components", "the number of components K",
        .wholeNumber(.init(\.components), least: 1, most: 1_000_000), telling: .always,
        scopes: .fit),
      option(
        "initializer", "what EM starts from",
        .named(
          NamedOption(
            name: { $0.initializer.name },
            set: { $0.initializer = try $2.initializer(named: $1) }, names: \.initializerNames)),
        telling: .always),
      option(
        "algorithm", "how parameters follow from data",
        .named(
          NamedOption(
            name: { $0.algorithm.name }, set: { $0.algorithm = try $2.algorithm(named: $1) },
            names: \.algorithmNames)), scopes: [.fit, .select, .resume]),
      option(
        "restarts", "the number of short runs, of which the best goes on",
        .wholeNumber(.init(\.restarts), least: 1), telling: .always),
      option(
        "seed", "a whole number that all random numbers depend on", .seed(.init(\.seed)),
        telling: .never),
      option(
        "max_iterations", "the most EM iterations; 0 evaluates the start",
        .wholeNumber(.init(\.maximumIterations), least: 0), telling: .always,
        scopes: [.fit, .select, .resume]),
      option(
        "tolerance",
        "stop when fewer nats are still to be gained, by default 5e-5 a free parameter where that is more; 0 never stops",
        .number(.init(\.tolerance), .atLeast(0)), telling: .always,
        scopes: [.fit, .select, .resume]),
      option(
        "covariance_floor", "the smallest eigenvalue of a covariance, relative to the data's scale",
        .number(.init(\.covarianceFloor), .from(0, below: 1)), telling: .always),
      option(
        "regularization", "what is added to covariance diagonals",
        .number(.init(\.regularization), .atLeast(0)), telling: .always),
      option(
        "equal_weights", "whether all components have the same weight",
        .truth(.init(\.equalWeights))),
      option(
        "time_limit", "seconds after which what was reached is the result",
        .number(OptionPlace(set: { try $0.end(after: $1) }), .above(0, "a number of seconds")),
        telling: .never),
      option(
        "threads", "the most threads", .wholeNumber(.init(\.threads), least: 1), default: "all",
        telling: .never, scopes: [.fit, .select, .resume]),
    ]
  }()
}
