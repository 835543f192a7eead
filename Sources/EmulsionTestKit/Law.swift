/// What holds for every family, whatever it describes.
public enum Law: String, Sendable, CaseIterable {
  /// The density of a component integrates or sums to 1: over a grid of one and two columns, by drawn rows
  /// of more.
  case density
  /// A block of rows has the log-densities of its rows taken one by one.
  case batch
  /// Rows of weight 0 do nothing.
  case zeroWeight
  /// Merging sums is associative and commutative, and any chunking gives the same estimate.
  case merging
  /// A weight of 3 equals three copies of the row.
  case copies
  /// The M step does not lower the weighted log-density.
  case ascent
  /// The log-likelihood of a fit never falls from one iteration to the next.
  case monotone
  /// After the M step no small change of a parameter raises the weighted log-density.
  case optimum
  /// The number of free parameters is the rank of the score.
  case freeParameters
  /// A fit to rows drawn from a component is as good as the component, and hardly better.
  case recovery
  /// Log-densities change within a ball, and from one iteration to the next, by no more than the family
  /// says.
  case bounds
  /// The moments are those of the rows drawn.
  case moments
  /// Beside noise log-densities are those of both, the log-likelihood never falls, and the noise is
  /// made of rows that the family describes.
  case noise
  /// A component can be made again from its parameters by name.
  case parameters
  /// What is saved and loaded has the same bits.
  case storage
  /// One thread and two give the same bits.
  case threads
  /// One process gives the same bits as two and three that share the rows; not checked of families that work on one
  /// thread alone.
  case ranks
  /// Numbers out of the support are refused, in fits and in predictions, by row and column.
  case refusal
  /// Strange numbers give an error or a log-density, never NaN and never +∞.
  case hostileRows
}

/// A law that a family breaks, and how.
public struct Violation: Sendable, CustomStringConvertible {
  /// The law.
  public let law: Law
  /// What was expected and what came, in a sentence.
  public let text: String

  /// The law's name and the text.
  public var description: String { "\(law.rawValue): \(text)" }
}

/// A law that was not tried, and why.
public struct UncheckedLaw: Sendable, CustomStringConvertible {
  /// The law.
  public let law: Law
  /// The reason, as the end of a sentence.
  public let reason: String

  /// The law's name and the reason.
  public var description: String { "\(law.rawValue) (\(reason))" }
}

/// What the kit comes to of a family.
public struct FamilyFindings: Sendable {
  /// What it breaks; none for a sound family.
  public internal(set) var violations: [Violation] = []
  /// The laws that could not be tried, or that the example leaves out.
  public internal(set) var unchecked: [UncheckedLaw] = []
}

/// Thrown by a law that has nothing to try.
struct NotChecked: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
