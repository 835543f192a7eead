// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
]
/// Views that return a `Span` are defined with lifetime annotations; clients need no flag.
let lifetimes: [SwiftSetting] = strict + [.enableExperimentalFeature("Lifetimes")]
let strictC: [CSetting] = [.enableWarning("all"), .treatAllWarnings(as: .error)]

/// The documentation's plug-in is fetched by `scripts/docs` alone: who depends on the package needs none.
let documentation: [Package.Dependency] =
  Context.environment["EMULSION_DOCS"] == nil
  ? [] : [.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0")]

/// Families beyond the core's: `Plugins/<Name>`, each the library `Emulsion<Name>`.
let plugins = [
  "Bernoulli", "Beta", "Categorical", "Exponential", "Gamma", "Laplace", "LogNormal", "Multinomial",
  "NegativeBinomial", "Poisson", "Regression", "StudentT", "Uniform", "VonMisesFisher",
].map { "Emulsion" + $0 }

let package = Package(
  name: "emulsion",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "emulsion", targets: ["EmulsionTool"]),
    .library(name: "EmulsionCommand", targets: ["EmulsionCommand"]),
    .library(name: "Emulsion", targets: ["Emulsion"]),
    .library(name: "EmulsionData", targets: ["EmulsionData"]),
    .library(name: "EmulsionPlot", targets: ["EmulsionPlot"]),
    .library(name: "EmulsionLua", targets: ["EmulsionLua", "LuaBridge"]),
    .library(
      name: "EmulsionStockLua", type: .dynamic, targets: ["EmulsionStockLua", "CStockLua"]),
    .library(name: "EmulsionTestKit", targets: ["EmulsionTestKit"]),
    .library(name: "EmulsionPlugins", targets: ["EmulsionPlugins"] + plugins),
    .library(name: "EmulsionPluginHost", targets: ["EmulsionPluginHost"]),
    .library(name: "EmulsionPluginKit", targets: ["EmulsionPluginKit", "CEmulsionPlugin"]),
    .library(name: "RayleighPlugin", type: .dynamic, targets: ["RayleighPlugin"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Several processes, on several machines, by Open MPI.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ] + documentation,
  targets: [
    // Lua
    .systemLibrary(name: "CLua", pkgConfig: "lua5.4", providers: [.apt(["liblua5.4-dev"])]),
    .target(name: "CLuaBridge", dependencies: ["CLua"], cSettings: strictC),
    .target(name: "LuaBridge", dependencies: ["CLuaBridge"], swiftSettings: strict),

    // The core
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "CVectorMath", cSettings: strictC),
    .target(
      name: "Emulsion", dependencies: ["CVectorMath", "COpenBLAS"], swiftSettings: lifetimes),

    // Plugins
    .target(
      name: "EmulsionPlugins",
      dependencies: ["Emulsion"] + plugins.map { .init(stringLiteral: $0) },
      path: "Plugins/All", swiftSettings: strict),

    .target(name: "EmulsionTestKit", dependencies: ["Emulsion"], swiftSettings: strict),

    // Plugins in shared libraries
    .target(name: "CEmulsionPlugin", cSettings: strictC),
    .target(
      name: "EmulsionPluginHost", dependencies: ["Emulsion", "CEmulsionPlugin"],
      swiftSettings: strict),
    .target(
      name: "EmulsionPluginKit", dependencies: ["Emulsion", "CEmulsionPlugin"],
      swiftSettings: strict),
    .target(
      name: "RayleighPlugin", dependencies: ["Emulsion", "EmulsionPluginKit", "CEmulsionPlugin"],
      path: "Plugins/Examples/Rayleigh/Sources", swiftSettings: strict),

    // Data and plots
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .target(name: "CDataSets", exclude: ["data"], cSettings: strictC),
    .target(name: "CMappedFile", cSettings: strictC),
    .target(
      name: "EmulsionData",
      dependencies: ["Emulsion", "CZlib", "CSQLite", "CDataSets", "CMappedFile"],
      swiftSettings: strict),
    .target(name: "EmulsionPlot", dependencies: ["Emulsion"], swiftSettings: strict),

    // The front
    .target(
      name: "EmulsionLua",
      dependencies: [
        "LuaBridge", "Emulsion", "EmulsionData", "EmulsionPlot", "EmulsionPluginHost",
        "EmulsionTestKit",
      ],
      swiftSettings: strict),
    // `require "emulsion"` in a Lua of its own: emulsion.so
    .target(name: "CStockLua", dependencies: ["CLuaBridge"], cSettings: strictC),
    .target(
      name: "EmulsionStockLua",
      dependencies: [
        "CStockLua", "EmulsionLua", "LuaBridge", "Emulsion", "EmulsionPlugins",
        "EmulsionPluginHost",
      ],
      swiftSettings: strict),
    .systemLibrary(name: "CEdit", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
    .target(name: "CPluginTemplates", cSettings: strictC),
    // Several processes
    .systemLibrary(name: "COpenMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
    .target(
      name: "CMessagePassing",
      dependencies: [.target(name: "COpenMPI", condition: .when(traits: ["MPI"]))],
      cSettings: strictC + [.define("EMULSION_MPI", .when(traits: ["MPI"]))]),
    .target(name: "CLineEditing", dependencies: ["CEdit"], cSettings: strictC),
    .target(
      name: "EmulsionCommand",
      dependencies: [
        "EmulsionLua", "LuaBridge", "Emulsion", "EmulsionData", "EmulsionPlot", "EmulsionPlugins",
        "EmulsionPluginHost", "EmulsionTestKit", "CLineEditing", "CPluginTemplates",
        "CMessagePassing",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/EmulsionCLI", swiftSettings: strict),
    .executableTarget(
      name: "EmulsionTool",
      dependencies: ["EmulsionCommand", "EmulsionPlugins"], swiftSettings: strict),

    // Tests
    .target(
      name: "TestReferences", dependencies: ["Emulsion"], path: "Tests/Support/References",
      swiftSettings: strict),
    .testTarget(
      name: "EmulsionTests",
      dependencies: ["Emulsion", "EmulsionData", "EmulsionTestKit", "TestReferences"],
      exclude: ["Reference", "Precision"],
      swiftSettings: strict),
    .testTarget(
      name: "EmulsionPluginTests",
      dependencies: ["EmulsionPlugins", "EmulsionTestKit", "EmulsionData", "TestReferences"],
      exclude: ["Reference"],
      swiftSettings: strict),
    .testTarget(
      name: "EmulsionTestKitTests", dependencies: ["EmulsionTestKit"], swiftSettings: strict),
    .testTarget(name: "EmulsionDataTests", dependencies: ["EmulsionData"], swiftSettings: strict),
    .testTarget(
      name: "EmulsionPlotTests", dependencies: ["EmulsionPlot", "EmulsionPlugins"],
      swiftSettings: strict),
    .testTarget(name: "LuaBridgeTests", dependencies: ["LuaBridge"], swiftSettings: strict),
    .testTarget(
      name: "EmulsionPluginHostTests",
      dependencies: ["EmulsionPluginHost", "EmulsionPluginKit", "EmulsionTestKit", "Emulsion"],
      swiftSettings: strict),
    .testTarget(
      name: "EmulsionLuaTests", dependencies: ["EmulsionLua", "EmulsionPlugins"],
      swiftSettings: strict),
    .target(name: "CPseudoTerminal", path: "Tests/Support/CPseudoTerminal", cSettings: strictC),
    .testTarget(
      name: "EmulsionCLITests",
      dependencies: [
        "EmulsionTool", "EmulsionCommand", "Emulsion", "EmulsionData", "CPseudoTerminal",
      ],
      exclude: ["Gallery"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c2x
)

for plugin in plugins {
  let folder = "Plugins/" + plugin.dropFirst("Emulsion".count)
  package.targets += [
    .target(
      name: plugin, dependencies: ["Emulsion"], path: folder + "/Sources", swiftSettings: strict),
    .testTarget(
      name: plugin + "Tests",
      dependencies: ["Emulsion", "EmulsionTestKit", .init(stringLiteral: plugin)],
      path: folder + "/Tests", swiftSettings: strict),
  ]
}
