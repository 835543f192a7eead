/// The prepared form of an exponential family.
struct ExponentialMixture<Family: ExponentialFamily>: PreparedMixture {
  let family: Family
  let components: [Family.Component]
  let form: NaturalForm

  init(_ family: Family, _ components: [Family.Component]) throws {
    self.family = family
    self.components = components
    form = try NaturalForm(family, components)
  }

  func makeWorker(lanes: Int) -> any BlockWorker<FeatureSums> {
    ExponentialWorker(family, form, lanes: lanes)
  }

  func makeWorker(lanes: Int, reusing worker: any BlockWorker<FeatureSums>)
    -> any BlockWorker<FeatureSums>
  {
    guard let worker = worker as? ExponentialWorker else { return makeWorker(lanes: lanes) }
    worker.turn(to: form)
    return worker
  }

  func bounds(in units: [Double]?) -> DensityBounds? {
    family.hasBaseMeasure ? nil : family.densityBounds(of: components, in: units)
  }
}

/// The components' densities as linear functions of features: natural parameters about the shared
/// reference as one matrix, and apart from it the components with a reference of their own.
struct NaturalForm: Sendable {
  /// A component measured from its own reference.
  struct Apart: Sendable {
    var component: Int
    var reference: [Double]
    var eta: [Double]
    var offset: Double
    var centred: (any CenteredLogDensity)?
  }

  /// K.
  let components: Int
  /// F.
  let features: Int
  /// The reference that most components share.
  let shared: [Double]
  /// η of every component about the shared reference, K × F; rows of components apart are 0.
  let natural: [Double]
  /// −A of every component; 0 for components apart.
  let offsets: [Double]
  let apart: [Apart]

  init<Family: ExponentialFamily>(_ family: Family, _ components: [Family.Component]) throws {
    let (k, f) = (components.count, family.featureCount)
    let references = family.references(for: components)
    var natural = [Double].zeros(k * f)
    var offsets = [Double].zeros(k)
    var apart: [Apart] = []
    var eta = [Double].zeros(f)
    for (q, component) in components.enumerated() {
      for i in 0..<f { eta[i] = 0 }
      var span = eta.mutableSpan
      let offset = try family.writeNaturalParameters(
        of: component, about: references.point(q), into: &span)
      if let reference = references.own[q] {
        let centred = try family.centeredLogDensity(of: component)
        apart.append(
          Apart(component: q, reference: reference, eta: eta, offset: offset, centred: centred))
      } else {
        for i in 0..<f { natural[q * f + i] = eta[i] }
        offsets[q] = offset
      }
    }
    self.components = k
    features = f
    shared = references.shared
    self.natural = natural
    self.offsets = offsets
    self.apart = apart
  }
}
