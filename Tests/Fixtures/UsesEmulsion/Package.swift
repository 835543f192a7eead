// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "UsesEmulsion",
  dependencies: [.package(name: "emulsion", path: "../../..")],
  targets: [
    .executableTarget(
      name: "UsesEmulsion",
      dependencies: [
        .product(name: "Emulsion", package: "emulsion"),
        .product(name: "EmulsionData", package: "emulsion"),
      ])
  ]
)
