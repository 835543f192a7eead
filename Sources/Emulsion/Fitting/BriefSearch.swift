/// How one of many fits is searched for: most starts are given up early, and what has collapsed is left
/// where it stands. The best of the fits are looked at again, with all of their starts.
struct BriefSearch: Sendable {
  /// Starts that all fits try.
  let shared: HierarchicalStarts
  /// The drawn starts that this fit tries besides, by their number among the restarts.
  let drawn: [Int]

  /// How many starts there are.
  var count: Int { shared.count + drawn.count }

  /// The drawn start that start `index` is; `nil` where all fits try it.
  func drawn(_ index: Int) -> Int? {
    index < shared.count ? nil : drawn[index - shared.count]
  }
}
