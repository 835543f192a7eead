import Emulsion

/// The components' weighted densities along an axis, and their sum with noise.
package struct DensityCurves: Sendable {
  /// Where the densities were asked for.
  package let places: [Double]
  /// The densities of each component, times its weight.
  package let components: [[Double]]
  /// The density of the mixture.
  package let mixture: [Double]
  /// Whether they are probabilities of whole numbers, with nothing between them.
  package let isDiscrete: Bool
  /// The density of noise, times its weight; `nil` where the model has none.
  let noise: [Double]?

  /// The highest finite density.
  package var highest: Double { mixture.lazy.filter(\.isFinite).max() ?? 0 }

  /// The components' own densities, of a model of one column.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - axis: The range.
  ///   - values: The data, whose numbers are places where a density of levels may be.
  ///   - isLogarithmic: Whether the axis is that of log₁₀ x.
  /// - Throws: What evaluating the model throws.
  init(_ model: Model, axis: Axis, values: [Double], isLogarithmic: Bool = false) throws {
    if isLogarithmic {
      // Of log₁₀ x: what lies in a factor of ten.
      places = axis.places(800)
      isDiscrete = false
      let numbers = places.map { exponential($0 * logarithm(10)) }
      let scales = numbers.map { $0 * logarithm(10) }
      func scaled(_ heights: [Double]) -> [Double] { zip(heights, scales).map { $0 * $1 } }
      components = try DensityCurves.heights(model, numbers).map(scaled)
      noise = DensityCurves.heights(model.noise, numbers, column: 0).map(scaled)
      mixture = DensityCurves.sums(components, noise)
      return
    }
    let support = model.support(ofColumn: 0)
    isDiscrete = support.isDiscrete
    places =
      support.isDiscrete
      ? DensityCurves.wholeNumbers(support, axis, values)
      : try DensityCurves.places(model, support, axis)
    components = try DensityCurves.heights(model, places)
    noise = DensityCurves.heights(model.noise, places, column: 0)
    mixture = DensityCurves.sums(components, noise)
  }

  /// The normal densities of components of these means and variances.
  init(_ parameters: PlotComponents, column: Int, axis: Axis) {
    let step = (axis.high - axis.low) / 400
    var places = axis.places(400)
    // A narrow component needs points of its own about its mean.
    for k in 0..<parameters.count {
      let deviation = max(parameters.covariances[k][column, column], 0).squareRoot()
      guard deviation < 4 * step else { continue }
      places += (-40...40).map { parameters.means[k, column] + Double($0) / 10 * deviation }
    }
    places = places.filter(axis.contains).sorted()
    let heights = (0..<parameters.count).map { k in
      places.map { parameters.density(k, column: column, at: $0) }
    }
    (self.places, components, isDiscrete) = (places, heights, false)
    noise = DensityCurves.heights(parameters.noise, places, column: column)
    mixture = DensityCurves.sums(heights, noise)
  }

  private static func heights(_ noise: Noise?, _ places: [Double], column: Int) -> [Double]? {
    noise.map { noise in places.map { noise.density(column: column, at: $0) } }
  }

  private static func sums(_ components: [[Double]], _ noise: [Double]?) -> [Double] {
    let lists = components + (noise.map { [$0] } ?? [])
    return (lists.first ?? []).indices.map { i in lists.reduce(0) { $0 + $1[i] } }
  }

  /// Points (x, y) of component `k`, where it is not as good as zero; of the mixture for `nil`.
  package func points(_ k: Int?) -> [[Double]] {
    let heights = k.map { components[$0] } ?? mixture
    let least = k == nil ? 0 : 0.002 * highest
    let visible = heights.indices.filter { heights[$0] > least }
    guard let first = visible.first, let last = visible.last else { return [] }
    // One point more at each end, where a density may begin at once.
    return (max(0, first - 1)...min(places.count - 1, last + 1))
      .filter { heights[$0].isFinite && (!isDiscrete || heights[$0] > 0) }
      .map { [places[$0], heights[$0]] }
  }

  /// Each component's density at places, times its weight.
  private static func heights(_ model: Model, _ places: [Double]) throws -> [[Double]] {
    let points = Matrix(rows: places.count, columns: 1, values: places)
    return try model.weights.enumerated().map { k, weight in
      try model.logDensity(points, under: k).map { weight * exponential($0) }
    }
  }

  /// Whole numbers along the axis, evenly spaced ones of many, and the values that are there.
  private static func wholeNumbers(_ support: Support, _ axis: Axis, _ values: [Double]) -> [Double]
  {
    let (low, high) = (axis.low.rounded(.up), axis.high.rounded(.down))
    guard low <= high, high.magnitude < 0x1p53, low.magnitude < 0x1p53 else { return [] }
    let step = max(1, ((high - low) / 400).rounded(.up))
    let grid = stride(from: low, through: high, by: step)
    let present = step == 1 ? Set(values.filter { (low...high).contains($0) }.prefix(4000)) : []
    return Set(grid).union(present).filter(support.contains).sorted()
  }

  /// Points along the axis: more where a component is narrow, or its density begins and ends.
  private static func places(_ model: Model, _ support: Support, _ axis: Axis) throws -> [Double] {
    let step = (axis.high - axis.low) / 400
    var places = axis.places(400)
    for k in 0..<model.components {
      guard let mean = model.means?[k, 0], let variance = model.covariances?[k][0, 0],
        variance.squareRoot() < 4 * step
      else { continue }
      places += (-40...40).map { mean + Double($0) / 10 * variance.squareRoot() }
    }
    places = places.filter(axis.contains).sorted()
    // A border is found to 1/8000 of a step.
    for _ in 0..<3 {
      let heights = try heights(model, places)
      var finer: [Double] = []
      for i in places.indices.dropLast()
      where heights.contains(where: { ($0[i] > 0) != ($0[i + 1] > 0) }) {
        let part = (places[i + 1] - places[i]) / 20
        finer += (1..<20).map { places[i] + Double($0) * part }
      }
      if finer.isEmpty { break }
      places = (places + finer).sorted()
    }
    return places
  }
}
