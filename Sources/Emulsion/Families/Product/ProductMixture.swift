/// The components of two families, evaluated one after the other.
struct ProductMixture<First: SufficientStatistics, Second: SufficientStatistics>:
  PreparedMixture
{
  let first: any PreparedMixture<First>
  let second: any PreparedMixture<Second>

  func makeWorker(lanes: Int) -> any BlockWorker<PairedStatistics<First, Second>> {
    ProductWorker(first.makeWorker(lanes: lanes), second.makeWorker(lanes: lanes))
  }

  func makeWorker(
    lanes: Int, reusing worker: any BlockWorker<PairedStatistics<First, Second>>
  ) -> any BlockWorker<PairedStatistics<First, Second>> {
    guard let worker = worker as? ProductWorker<First, Second> else {
      return makeWorker(lanes: lanes)
    }
    return ProductWorker(
      first.makeWorker(lanes: lanes, reusing: worker.first),
      second.makeWorker(lanes: lanes, reusing: worker.second))
  }

  /// Squared distances q² of independent columns add up, so that q is as steep as the steeper one is in
  /// its own columns.
  func bounds(in units: [Double]?) -> DensityBounds? {
    guard let a = first.bounds(in: units), let b = second.bounds(in: units) else { return nil }
    return DensityBounds(
      units: zip(a.units, b.units).map(max), peaks: zip(a.peaks, b.peaks).map { $0 + $1 },
      steepness: zip(a.steepness, b.steepness).map(max))
  }
}

final class ProductWorker<First: SufficientStatistics, Second: SufficientStatistics>:
  BlockWorker
{
  let first: any BlockWorker<First>
  let second: any BlockWorker<Second>

  init(_ first: any BlockWorker<First>, _ second: any BlockWorker<Second>) {
    self.first = first
    self.second = second
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    try first.addLogDensities(of: block, to: &joint)
    try second.addLogDensities(of: block, to: &joint)
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    try first.accumulate(block, responsibilities: responsibilities)
    try second.accumulate(block, responsibilities: responsibilities)
  }

  func takeStatistics() -> PairedStatistics<First, Second> {
    PairedStatistics(first: first.takeStatistics(), second: second.takeStatistics())
  }
}
