// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "emulsion-benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "emulsion", path: "..")],
  targets: [
    .executableTarget(
      name: "EngineBenchmark",
      dependencies: [
        .product(name: "Emulsion", package: "emulsion"),
        .product(name: "EmulsionData", package: "emulsion"),
      ]),
    .executableTarget(
      name: "PruningBenchmark",
      dependencies: [.product(name: "Emulsion", package: "emulsion")]),
  ],
  swiftLanguageModes: [.v6]
)
