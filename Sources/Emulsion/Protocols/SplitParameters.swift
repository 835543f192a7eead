extension [String: ParameterValue] {
  /// Two components in place of one: their means lie half a standard deviation to either side of it along its widest
  /// direction, or less far where these would be outside of their borders, such as 0.
  ///
  /// - Parameters:
  ///   - moments: Those of the columns that the mean tells of.
  ///   - accepts: Whether a component can have such parameters.
  /// - Returns: `nil` where there is no mean, or the widest direction is not known.
  func split(_ moments: Moments, accepts: (Self) -> Bool) -> (below: Self, above: Self)? {
    guard self["mean"] != nil, let widest = moments.covariance.widest else { return nil }
    var step = Swift.max(0, widest.variance).squareRoot() / 2
    for _ in 0..<10 {
      let shift = widest.direction.map { step * $0 }
      var (below, above) = (self, self)
      below["mean"] = .vector(zip(moments.mean, shift).map { $0 - $1 })
      above["mean"] = .vector(zip(moments.mean, shift).map { $0 + $1 })
      if accepts(below) && accepts(above) { return (below, above) }
      step /= 2
    }
    return nil
  }
}
