/// What the restarts say of how far an optimum can be trusted.
public struct Evidence: Sendable, Hashable, Codable {
  /// Starts that were tried.
  public var starts: Int
  /// Starts that headed for the best log-likelihood, the one that was kept included.
  public var reachedBest: Int
  /// Best minus worst log-likelihood that starts headed for, nats.
  public var spread: Double
  /// Starts that collapsed.
  public var degenerate: Int
  /// Starts that headed for a spurious optimum: a component that fits a few rows by chance.
  public var spurious: Int
  /// Starts that stood too low after a few iterations to be followed, if any: the other counts don't
  /// tell of them.
  public var givenUp: Int?
}

extension Evidence {
  /// Reads evidence; files of before spurious starts were counted don't say how many there were.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    starts = try container.decode(Int.self, forKey: .starts)
    reachedBest = try container.decode(Int.self, forKey: .reachedBest)
    spread = try container.decode(Double.self, forKey: .spread)
    degenerate = try container.decode(Int.self, forKey: .degenerate)
    spurious = try container.decodeIfPresent(Int.self, forKey: .spurious) ?? 0
    givenUp = try container.decodeIfPresent(Int.self, forKey: .givenUp)
  }
}
