extension Catalogue {
  /// The families, covariance models, initializers, algorithms and criteria of the core.
  public static let standard: Catalogue = {
    var catalogue = Catalogue()
    let families: [any FamilyDefinition] = [GaussianDefinition(), ProductDefinition()]
    let covarianceModels: [any CovarianceModel] = [
      EqualSpheres(), Spheres(),
      EqualAxisAligned(), EqualShapeAxisAligned(), EqualVolumeAxisAligned(), AxisAligned(),
      EqualEllipsoids(), EqualShapeEllipsoids(), EqualVolumeCommonAxes(), CommonAxesEllipsoids(),
      TurnedEllipsoids(), TurnedScaledEllipsoids(), EqualVolumeEllipsoids(), Ellipsoids(),
    ]
    let initializers: [any Initializer] = [
      KMeansPlusPlus(), KMeansInitializer(), RandomCenters(), HierarchicalInitializer(),
    ]
    let algorithms: [any Algorithm] = [
      PlainEM(), ClassificationEM(), StochasticEM(), AnnealedEM(), VariationalBayes(), OnlineEM(),
    ]
    let criteria: [any SelectionCriterion] = [
      BayesianInformation(), AkaikeInformation(), IntegratedCompletedLikelihood(),
      CrossValidatedLikelihood(), ConsistentAkaikeInformation(), AdjustedBayesianInformation(),
      ClassificationLikelihood(), NormalizedEntropy(),
    ]
    for family in families { catalogue.register(family) }
    for model in covarianceModels { catalogue.register(model) }
    for initializer in initializers { catalogue.register(initializer) }
    for algorithm in algorithms { catalogue.register(algorithm) }
    for criterion in criteria { catalogue.register(criterion) }
    return catalogue
  }()
}
