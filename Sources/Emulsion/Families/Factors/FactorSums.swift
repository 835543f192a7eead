/// What the M step needs of one component: sums over rows, weighted by responsibilities, of y = x − c and of what
/// is expected of the factors z given what was seen of the row.
///
/// Told like that they hold whatever was seen of each row: all cells, or some.
struct FactorSums {
  /// Σ r E(y), d numbers.
  var linear: [Double]
  /// Σ r E(yⱼ²), d numbers.
  var squares: [Double]
  /// Σ r E(yzᵀ), d × q.
  var products: Matrix
  /// Σ r E(z), q numbers.
  var factors: [Double]
  /// Σ r E(zzᵀ), q × q.
  var factorProducts: Matrix

  init(dimension d: Int, factors q: Int) {
    linear = .zeros(d)
    squares = .zeros(d)
    products = Matrix(rows: d, columns: q)
    factors = .zeros(q)
    factorProducts = Matrix(rows: q, columns: q)
  }

  /// How many numbers they are.
  static func count(dimension d: Int, factors q: Int) -> Int { 2 * d + d * q + q + q * q }

  /// All numbers, in this order.
  var values: [Double] { linear + squares + products.values + factors + factorProducts.values }

  init(_ values: ArraySlice<Double>, dimension d: Int, factors q: Int) {
    var rest = values
    func take(_ count: Int) -> [Double] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    linear = take(d)
    squares = take(d)
    products = Matrix(rows: d, columns: q, values: take(d * q))
    factors = take(q)
    factorProducts = Matrix(rows: q, columns: q, values: take(q * q))
  }

  /// The sums of rows all of whose cells were seen.
  ///
  /// - Parameters:
  ///   - form: The component that they were taken under.
  ///   - offset: A(μ − c).
  ///   - count: Σ r.
  ///   - scores: Σ rζ and, d × q, Σ r y ζᵀ, with ζ = A(x − μ).
  init(
    _ form: FactorForm, offset: [Double], count: Double, linear: [Double], squares: [Double],
    scores: [Double], products: Matrix
  ) {
    (self.linear, self.squares) = (linear, squares)
    let q = offset.count
    // E(z|x) = L⁻ᵀζ.
    factors = (0..<q).map { f in
      (f..<q).reduce(0) { $0 + form.inverseRoot[$1, f] * scores[$1] }
    }
    self.products = products * form.inverseRoot
    // Σ rζζᵀ = A Σ r yζᵀ − A(μ − c) Σ rζᵀ.
    var squared = form.projection * products
    for f in 0..<q { for g in 0..<q { squared[f, g] -= offset[f] * scores[g] } }
    factorProducts = form.inverseRoot.transposed() * squared * form.inverseRoot
    for f in 0..<q {
      for g in 0...f {
        let mean = 0.5 * (factorProducts[f, g] + factorProducts[g, f])
        let value = mean + count * form.covariance[f, g]
        (factorProducts[f, g], factorProducts[g, f]) = (value, value)
      }
    }
  }
}

extension FactorSums {
  /// The sums of all columns, from those of some: what is expected of the others given the factors.
  ///
  /// - Parameters:
  ///   - seen: The sums of these columns.
  ///   - columns: Which they are.
  ///   - shift: From the reference of all to that of these, where they were measured.
  ///   - reference: Where those of all columns are measured from.
  init(
    completing seen: FactorSums, of columns: [Int], shift: [Double],
    _ component: FactorGaussian, from reference: [Double], count: Double
  ) {
    let (d, q) = (component.mean.count, component.loadings.columns)
    self.init(dimension: d, factors: q)
    factors = seen.factors
    factorProducts = seen.factorProducts
    var isSeen = Array(repeating: false, count: d)
    for (a, j) in columns.enumerated() {
      isSeen[j] = true
      let move = shift[a]
      linear[j] = seen.linear[a] + count * move
      squares[j] = seen.squares[a] + 2 * move * seen.linear[a] + count * move * move
      for f in 0..<q { products[j, f] = seen.products[a, f] + move * factors[f] }
    }
    for j in 0..<d where !isSeen[j] {
      let own = component.mean[j] - reference[j]
      var (first, second) = (0.0, 0.0)
      for f in 0..<q {
        let loading = component.loadings[j, f]
        first += loading * factors[f]
        var sum = 0.0
        for g in 0..<q { sum += factorProducts[f, g] * component.loadings[j, g] }
        second += loading * sum
        products[j, f] = own * factors[f] + sum
      }
      linear[j] = count * own + first
      squares[j] = count * (own * own + component.uniquenesses[j]) + 2 * own * first + second
    }
  }
}
