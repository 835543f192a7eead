import Emulsion

/// Each component begins with the rows that lie nearest to one that is drawn.
///
/// Put another start in its place: a rule that gives every row's responsibilities, or parameters of
/// each component by name.
public struct Template: Initializer {
  /// Makes the initializer.
  public init() {}
  /// `template`.
  public var name: String { "template" }

  /// Draws rows of the sample; all random numbers come from the context, so that a seed tells all.
  public func start(_ context: StartContext) -> Start {
    let rows = context.sample.rows
    var random = context.random
    var left = Array(0..<rows.rows)
    let centres = (0..<context.components).map { _ in
      let place = min(left.count - 1, Int(random.uniform() * Double(left.count)))
      return Array(rows.row(left.remove(at: place)))
    }
    return .responsibilities(NearestCentre(centres: centres))
  }
}

/// All of a row's weight on the centre that is nearest.
struct NearestCentre: PosteriorTransform {
  let centres: [[Double]]

  func transform(
    _ joint: inout Joint, block: borrowing Block, logDensity: inout MutableSpan<Double>
  ) {
    var nearest = [Int](repeating: 0, count: block.rows)
    for i in 0..<block.rows {
      var least = Double.infinity
      for (k, centre) in centres.enumerated() {
        var square = 0.0
        for j in centre.indices {
          let difference = block.column(j)[i] - centre[j]
          square += difference * difference
        }
        if square < least { (least, nearest[i]) = (square, k) }
      }
      logDensity[i] = 0
    }
    for k in centres.indices {
      var lanes = joint[component: k]
      for i in 0..<block.rows { lanes[i] = nearest[i] == k ? 1 : 0 }
    }
  }
}
