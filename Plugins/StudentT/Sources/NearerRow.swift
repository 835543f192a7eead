import Emulsion

/// A row that is too far for the doubles' squares, divided by s so that it is not: its squared distance is
/// s² times that of x/s, since means are nothing beside it.
final class NearerRow {
  /// What the largest number of the row becomes: far beyond any mean.
  private static let size = 0x1p300

  private let mixture: StudentTMixture
  private let worker: any BlockWorker<FeatureSums>
  private var buffer: BlockBuffer
  private var joint: Joint

  init(_ mixture: StudentTMixture, columns: Int) {
    self.mixture = mixture
    worker = mixture.gaussian.makeWorker(lanes: 1)
    buffer = BlockBuffer(columns: columns, capacity: 1)
    joint = Joint(components: mixture.tails.count, lanes: 1)
  }

  /// ln(1 + δ/ν) under every component, the 1 being nothing beside it; 0 for Gaussian ones.
  func logDistances(of block: borrowing Block, row i: Int) throws -> [Double] {
    var largest = 0.0
    for j in 0..<block.columns { largest = max(largest, abs(block.column(j)[i])) }
    buffer.begin(0..<1)
    for j in 0..<block.columns {
      let value = block.column(j)[i] / largest * Self.size
      buffer.withColumn(j) { $0[0] = value }
    }
    for k in mixture.tails.indices {
      var lanes = joint[component: k]
      lanes[0] = 0
    }
    try Self.addLogDensities(buffer, worker, &joint)
    let logScale = Elementary.log(largest) - Elementary.log(Self.size)
    var result: [Double] = []
    for (k, tail) in mixture.tails.enumerated() {
      let distance = 2 * (tail.peak - joint.lanes(k, 1)[0])
      result.append(
        tail.degrees.isFinite ? Elementary.log(distance / tail.degrees) + 2 * logScale : 0)
    }
    return result
  }

  private static func addLogDensities(
    _ buffer: borrowing BlockBuffer, _ worker: any BlockWorker<FeatureSums>, _ joint: inout Joint
  ) throws {
    try worker.addLogDensities(of: buffer.block, to: &joint)
  }
}
