import Emulsion
import EmulsionData
import Foundation
import Testing

/// Noise in the box along principal components, and of a given density.
@Suite struct NoiseRegionTests {
  private func irises() throws -> MatrixSource {
    let table = try DataSets.table(named: "iris")
    let names = Array(table.names.prefix(4))
    return MatrixSource(try table.matrix(names), columnNames: names)
  }

  private func noisy(
    _ data: MatrixSource, _ region: NoiseRegion, _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> Model {
    try fit(data) {
      ($0.components, $0.noise, $0.noiseRegion) = (2, true, region)
      change(&$0)
    }
  }

  private func message(_ data: MatrixSource, _ region: NoiseRegion) throws -> EmulsionError {
    try #require(
      #expect(throws: EmulsionError.self) {
        try noisy(data, region) { ($0.components, $0.covariance) = (1, "diagonal") }
      })
  }

  /// mclust 6: log(hypvol(iris[, 1:4], reciprocal = TRUE)), and of faithful, whose box along the columns is smaller.
  @Test func itIsTheSmallerBoxOfMclust() throws {
    let model = try noisy(irises(), .principal)
    #expect(areClose(try #require(model.noise).region.logDensity, -3.304730519308, 1e-11))
    let table = try DataSets.table(named: "faithful")
    let geyser = MatrixSource(try table.matrix(), columnNames: table.names)
    let (principal, box) = (try noisy(geyser, .principal), try noisy(geyser, .box))
    let density = try #require(principal.noise).region.logDensity
    #expect(density >= (try #require(box.noise)).region.logDensity)
  }

  /// What is drawn lies in the box, and fills it.
  @Test func rowsAreDrawnFromTheBox() throws {
    let model = try noisy(irises(), .principal)
    let noise = try #require(model.noise)
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "model.json").path
    try model.save(to: path)
    let loaded = try Catalogue.standard.load(path: path)
    #expect(loaded.noise == noise && noise.region.turned != nil)
    // Two thousand rows of noise alone have the covariance of a box: of volume √12 along each axis.
    let other = try noisy(irises(), .principal) {
      $0.initializer = GivenLabels((0..<150).map { $0 < 2 ? $0 : Noise.label })
      ($0.maximumIterations, $0.regularization) = (0, 0.1)
    }
    let (rows, labels) = try other.sample(4000, seed: 3)
    let drawn = (0..<4000).filter { labels[$0] == Noise.label }
    #expect(drawn.count > 3800)
    let own = try fit(MatrixSource(rows.rows(drawn))) { $0.components = 1 }
    let covariance = try #require(own.covariances)[0]
    var logDeterminant = 0.0
    var rest = covariance
    for j in 0..<4 {
      logDeterminant += logarithm(rest[j, j])
      for a in j + 1..<4 {
        for b in j + 1..<4 { rest[a, b] -= rest[a, j] * rest[j, b] / rest[j, j] }
      }
    }
    let volume = 0.5 * (logDeterminant + 4 * logarithm(12))
    #expect(abs(volume + noise.region.logDensity) < 0.1)
  }

  @Test func rotationsDontMatter() throws {
    let matrix = clusters(200, columns: 2, components: 2, separation: 8)
    let (c, s) = (0.6, 0.8)
    var turned = matrix
    for i in 0..<200 {
      turned[i, 0] = c * matrix[i, 0] - s * matrix[i, 1]
      turned[i, 1] = s * matrix[i, 0] + c * matrix[i, 1]
    }
    func density(_ matrix: Matrix) throws -> Double {
      try #require(noisy(MatrixSource(matrix), .principal).noise).region.logDensity
    }
    // Both are at least as dense as the box along the components, which turns with the rows.
    let (a, b) = (try density(matrix), try density(turned))
    #expect(a.isFinite && b.isFinite && abs(a - b) < 0.7)
  }

  @Test func aGivenDensityIsKept() throws {
    let model = try noisy(irises(), .density(1e-3))
    #expect(areClose(try #require(model.noise).region.logDensity, logarithm(1e-3)))
    #expect(model.manifest.options["noise"] == "density 0.001")
  }

  @Test(arguments: [0, -1, .nan, .infinity])
  func whatIsNoDensityIsRefused(density: Double) throws {
    let error = try message(irises(), .density(density))
    #expect(error.code == .invalidOption && error.message.contains("density"))
  }

  @Test func rowsOnALineHaveNoBox() throws {
    let line = MatrixSource(
      Matrix(rows: 5, columns: 2, values: [1, 2, 2, 4, 3, 6, 4, 8, 5, 10]))
    let error = try message(line, .principal)
    #expect(error.code == .degenerate && error.message.contains("principal components"))
  }
}
