import Emulsion

/// The components' weighted densities along an axis, and their sum with noise.
struct DensityCurves {
  /// Points (x, y) of each component, where it is not as good as zero.
  let components: [[[Double]]]
  /// Points (x, y) of the sum.
  let mixture: [[Double]]
  /// The highest point of all.
  let highest: Double
  /// Whether the points are probabilities of whole numbers, with nothing between them.
  let isDiscrete: Bool
  /// Whether noise is in the sum.
  let hasNoise: Bool

  /// The normal densities of components of these means and variances.
  init(_ parameters: PlotComponents, column: Int, axis: Axis) {
    let step = (axis.high - axis.low) / 400
    var places = (0...400).map { axis.low + Double($0) * step }
    // A narrow component needs points of its own about its mean.
    for k in 0..<parameters.count {
      let deviation = max(parameters.covariances[k][column, column], 0).squareRoot()
      guard deviation < 4 * step else { continue }
      places += (-40...40).map { parameters.means[k, column] + Double($0) / 10 * deviation }
    }
    places = places.filter { $0 >= axis.low && $0 <= axis.high }.sorted()
    let heights = (0..<parameters.count).map { k in
      places.map { parameters.density(k, column: column, at: $0) }
    }
    self.init(places, heights, parameters.noise, column: column, isDiscrete: false)
  }

  /// The components' own densities, of a model of one column.
  ///
  /// - Parameter values: The data, whose numbers are places where a density of levels may be.
  /// - Throws: What evaluating the model throws.
  init(_ model: Model, axis: Axis, values: [Double]) throws {
    let support = model.support(ofColumn: 0)
    let places =
      support.isDiscrete
      ? DensityCurves.wholeNumbers(support, axis, values)
      : try DensityCurves.places(model, support, axis)
    let heights = try DensityCurves.heights(model, places)
    self.init(places, heights, model.noise, column: 0, isDiscrete: support.isDiscrete)
  }

  private init(
    _ places: [Double], _ heights: [[Double]], _ noise: Noise?, column: Int, isDiscrete: Bool
  ) {
    let sums = places.indices.map { i in
      heights.reduce(noise?.density(column: column, at: places[i]) ?? 0) { $0 + $1[i] }
    }
    // A density may be infinite at its border.
    let highest = sums.filter(\.isFinite).max() ?? 0
    func points(_ heights: [Double], above least: Double) -> [[Double]] {
      let visible = heights.indices.filter { heights[$0] > least * highest }
      guard let first = visible.first, let last = visible.last else { return [] }
      // One point more at each end, where a density may begin at once.
      let shown = max(0, first - 1)...min(places.count - 1, last + 1)
      return shown.filter { heights[$0].isFinite && (!isDiscrete || heights[$0] > 0) }
        .map { [places[$0], heights[$0]] }
    }
    components = heights.map { points($0, above: 0.002) }
    mixture = points(sums, above: 0)
    self.highest = highest
    self.isDiscrete = isDiscrete
    hasNoise = noise != nil
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
    var places = (0...400).map { axis.low + Double($0) * step }
    for k in 0..<model.components {
      guard let mean = model.means?[k, 0], let variance = model.covariances?[k][0, 0],
        variance.squareRoot() < 4 * step
      else { continue }
      places += (-40...40).map { mean + Double($0) / 10 * variance.squareRoot() }
    }
    places = places.filter { $0 >= axis.low && $0 <= axis.high }.sorted()
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
