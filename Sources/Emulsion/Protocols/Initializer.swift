/// What an initializer may look at.
public struct StartContext: Sendable {
  /// The data to be fitted.
  public let data: any DataSource
  /// The number of components K.
  public let components: Int
  /// Whether there is noise beside them.
  public let hasNoise: Bool
  /// The seed of the fit.
  public let seed: UInt64
  /// Which restart this is, from 0.
  public let restart: Int
  /// A thousand-odd representative rows; all distinct rows where there are few.
  public let sample: RepresentativeRows
  /// The share of every row that a drawn start leaves to all components alike, as the family wants it:
  /// ``FamilyTraits/startShare``.
  public let share: Double
  /// The columns that components describe, by their positions.
  let describedColumns: [Int]
  let execution: Execution

  /// - Parameter concomitant: What mixing probabilities depend on beside what is described.
  init(
    data: any DataSource, components: Int, hasNoise: Bool, seed: UInt64, restart: Int,
    sample: RepresentativeRows, share: Double = 0, concomitant: Concomitant? = nil,
    execution: Execution
  ) {
    let others = concomitant?.columns ?? []
    describedColumns = (0..<data.columns).filter { !others.contains($0) }
    (self.data, self.components, self.hasNoise) = (data, components, hasNoise)
    (self.seed, self.restart, self.sample) = (seed, restart, sample)
    (self.share, self.execution) = (share, execution)
  }

  /// A generator of random numbers that belongs to this start.
  public var random: CounterRandom {
    CounterRandom(seed: seed, restart: restart, purpose: .starts)
  }
}

/// How a fit begins.
public enum Start: Sendable {
  /// A rule for the first responsibilities: one M step makes parameters of them.
  case responsibilities(any PosteriorTransform)
  /// Parameters of each component by name, and mixing weights; equal weights where `nil`. With noise
  /// the weights may sum to less than 1, or end with that of the noise.
  case parameters([[String: ParameterValue]], weights: [Double]?)

  /// Whether the parameters may be none that an M step makes.
  var isForeign: Bool {
    if case .parameters = self { true } else { false }
  }
}

/// Where EM starts from.
public protocol Initializer: Sendable {
  /// The name it is registered by.
  var name: String { get }
  /// Whether the user fixed the start: it then runs once and keeps the order of its components.
  var isGiven: Bool { get }
  /// Whether all its restarts would be the same, so that one is enough.
  var isDeterministic: Bool { get }
  /// Whether it must be called on the thread that called `fit`, as scripts must.
  var isConfinedToCaller: Bool { get }
  /// Whether it looks at the representative rows, which cost a pass over the data.
  var needsSample: Bool { get }
  /// The same with what depends on the rows alone done, for starts of any number of components.
  func prepared(_ context: StartContext) throws -> any Initializer
  /// The start of one restart.
  func start(_ context: StartContext) throws -> Start
}

extension Initializer {
  /// False: restarts differ.
  public var isGiven: Bool { false }
  /// True unless the start is given.
  public var needsSample: Bool { !isGiven }
  /// As it is.
  public func prepared(_ context: StartContext) throws -> any Initializer { self }
  /// False: restarts draw.
  public var isDeterministic: Bool { false }
  /// False: any thread will do.
  public var isConfinedToCaller: Bool { false }
}
