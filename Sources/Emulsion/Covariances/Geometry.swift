/// Which parts of Σₖ = λₖDₖAₖDₖᵀ the components have in common: volume λₖ, shape Aₖ (diagonal,
/// |Aₖ| = 1) and orientation Dₖ (orthogonal).
///
/// Counts, nesting and equivariance of the 14 structures follow from their three letters (Banfield
/// & Raftery 1993; Celeux & Govaert 1995, table 1).
struct Geometry: Sendable, Hashable {
  /// What holds of one part; each case is a special case of those after it.
  enum Part: Int, Sendable {
    case identity
    case equal
    case variable

    var letter: String { ["I", "E", "V"][rawValue] }
  }

  let volume: Part
  let shape: Part
  let orientation: Part
  /// `VEI`.
  let letters: String
  /// The name it goes by: four have one older than their letters.
  let name: String

  init(_ volume: Part, _ shape: Part, _ orientation: Part) {
    (self.volume, self.shape, self.orientation) = (volume, shape, orientation)
    letters = volume.letter + shape.letter + orientation.letter
    name = Self.olderNames[letters] ?? letters
  }

  private static let olderNames = [
    "VVV": "full", "EEE": "tied", "VVI": "diagonal", "VII": "spherical",
  ]

  /// All 14: a sphere has no orientation.
  static let all: [Geometry] = [Part.identity, .equal, .variable].flatMap { orientation in
    [Part.identity, .equal, .variable].flatMap { shape in
      [Part.equal, .variable].map { Geometry($0, shape, orientation) }
    }
  }.filter { $0.shape != .identity || $0.orientation == .identity }

  /// Its letters, where they aren't its name, and the letter of what it is for one column.
  var aliases: [String] {
    (name == letters ? [] : [letters])
      + (["VVV": ["V"], "EEE": ["E"]][letters] ?? [])
  }

  /// Whether every covariance of `other` is one of this as well.
  func contains(_ other: Geometry) -> Bool {
    other.volume.rawValue <= volume.rawValue && other.shape.rawValue <= shape.rawValue
      && other.orientation.rawValue <= orientation.rawValue
  }

  /// Volumes, shapes of d − 1 numbers and orientations of d(d−1)/2, each once or K times.
  func freeParameters(components k: Int, dimension d: Int) -> Int {
    func times(_ part: Part) -> Int { [0, 1, k][part.rawValue] }
    return times(volume) + times(shape) * (d - 1) + times(orientation) * (d * (d - 1) / 2)
  }

  /// Whether Σ ↦ SΣS with a diagonal S maps the structure onto itself: axes along the columns stay
  /// so; other axes turn, which shape and orientation must be free to follow together.
  var isColumnScaleEquivariant: Bool {
    shape != .identity && (orientation == .identity || shape == orientation)
  }

  /// Whether Σ ↦ AΣAᵀ does so for every regular A: |A|² is the same factor for all volumes, and shape and
  /// orientation must be free to follow together.
  var isLinearlyEquivariant: Bool { orientation != .identity && shape == orientation }
}
