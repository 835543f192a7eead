/// How a race of several starts goes: how far they run before they are compared, and how many go on.
///
/// Runs that head where a better one does, and runs that have collapsed, never go on.
struct RaceSchedule: Sendable {
  /// After so many iterations runs are compared, and a share goes on.
  struct Stage: Sendable {
    var iterations: Int
    var kept: Double
  }

  /// Up to so many distinct rows, all starts of a fit can be followed.
  static let fewRows = 4000

  var first: Stage
  var others: [Stage]

  /// All starts are followed: what they say of the optimum is complete.
  static let complete = RaceSchedule(
    first: Stage(iterations: 12, kept: 1), others: [Stage(iterations: 50, kept: 1)])

  /// The same of runs that stay on plateaus for long.
  static let patient = RaceSchedule(
    first: complete.first, others: complete.others + [Stage(iterations: 200, kept: 1)])

  /// For fits of which there are many: most starts are given up early.
  static let brief = RaceSchedule(
    first: Stage(iterations: 3, kept: 0.5), others: [Stage(iterations: 8, kept: 1)])

  /// On some of the rows; the best are compared on all rows afterwards.
  static let sample = RaceSchedule(
    first: Stage(iterations: 6, kept: 0.7), others: [Stage(iterations: 14, kept: 0.7)])

  /// The same where comparing them on all rows costs too much.
  static let sampleAlone = RaceSchedule(
    first: sample.first,
    others: sample.others + [Stage(iterations: 50, kept: 1)])

  /// Nats a parameter: with less to be gained on a sample, a run has settled there, since the optimum of all
  /// rows is further away.
  static let settled = 0.02

  /// How many runs settle on a sample of `size` of `rows` distinct rows: together they cost at most half as much an iteration as
  /// one on all rows.
  static func settling(_ size: Int, of rows: Int) -> Int { max(1, min(5, rows / (2 * size))) }
}
