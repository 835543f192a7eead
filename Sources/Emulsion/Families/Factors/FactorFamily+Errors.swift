extension FactorFamily {
  /// The same as Gaussians whose covariances are those of the factors, and what is expected of these given the values
  /// without errors. O(K·d³) a row.
  public func prepare(
    _ components: [FactorGaussian], observing columns: [Int], errors: MeasurementErrors
  ) throws -> any PreparedMixture<FeatureSums> {
    let gaussians = components.map(\.gaussian)
    let forms = try FactorForm.all(of: components)
    let references = components.map(reference)
    let (d, q) = (dimension, pattern.factors)
    return NoisyGaussians<FeatureSums>(self.gaussians, gaussians, observing: columns, errors) {
      sums in
      let width = FactorSums.count(dimension: d, factors: q)
      var result = FeatureSums(components: components.count, features: width)
      for (k, component) in components.enumerated() {
        let own = FactorSums(
          forms[k], delta: zip(component.mean, references[k]).map { $0 - $1 },
          count: sums.counts[k],
          features: sums.features(k, of: gaussians[k], from: references[k]))
        result.values.replaceSubrange(k * width..<(k + 1) * width, with: own.values)
      }
      return result
    }
  }
}

extension FactorSums {
  /// From sums of y and of its products, the upper triangle packed: of factors is expected what the values tell.
  fileprivate init(_ form: FactorForm, delta: [Double], count: Double, features: [Double]) {
    let (d, q) = (delta.count, form.projection.rows)
    let linear = Array(features.prefix(d))
    var second = Matrix(rows: d, columns: d)
    for a in 0..<d {
      for b in a..<d {
        let value = features[d + Scatter.packed(a, b, d)]
        (second[a, b], second[b, a]) = (value, value)
      }
    }
    let offset = form.offset(delta)
    let scores = zip(form.offset(linear), offset).map { $0 - count * $1 }
    var products = second * form.projection.transposed()
    for j in 0..<d { for f in 0..<q { products[j, f] -= linear[j] * offset[f] } }
    self.init(
      form, offset: offset, count: count, linear: linear,
      squares: (0..<d).map { second[$0, $0] }, scores: scores, products: products)
  }
}
