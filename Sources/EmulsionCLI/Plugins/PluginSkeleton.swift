import CPluginTemplates
import Emulsion

/// The files of a new plugin: a small family that builds and works, to be made another.
struct PluginSkeleton {
  /// Paths in the plugin's folder, and what is there.
  let files: [(path: String, text: String)]
  /// What to type in the plugin's folder, where there is something to build.
  let build: String?
  /// How it is checked and tried.
  let trial: [String]

  /// A plugin in C.
  init(c name: String) {
    let family = name.lowercased()
    let library = "lib\(family).so"
    build = "sh build"
    trial = Self.familyTrial("\(name)/\(library)", family)
    files = [
      ("\(family).c", emulsion_template_c().text(for: name)),
      ("emulsion_plugin.h", emulsion_template_header().text(for: nil)),
      (
        "build",
        """
        #!/bin/sh
        # Builds the plugin.
        cd "$(dirname "$0")" &&
          ${CC:-cc} -std=gnu11 -Wall -O3 -shared -fPIC \(family).c -o \(library) -lm

        """
      ),
    ]
  }

  /// A plugin in Swift, for the package Emulsion at `emulsion`.
  init(swift name: String, emulsion: String) {
    build = "swift build -c release"
    trial = Self.familyTrial("\(name)/.build/release/lib\(name).so", name.lowercased())
    files = [
      ("Sources/\(name)/\(name).swift", emulsion_template_swift().text(for: name)),
      (
        "Package.swift",
        """
        // swift-tools-version: 6.2
        import PackageDescription

        let package = Package(
          name: "\(name)",
          products: [.library(name: "\(name)", type: .dynamic, targets: ["\(name)"])],
          dependencies: [.package(name: "emulsion", path: "\(emulsion)")],
          targets: [
            .target(
              name: "\(name)",
              dependencies: [
                .product(name: "Emulsion", package: "emulsion"),
                .product(name: "EmulsionPluginKit", package: "emulsion"),
              ])
          ]
        )

        """
      ),
    ]
  }

  private static func familyTrial(_ file: String, _ family: String) -> [String] {
    [
      "emulsion plugin check \(file)",
      "emulsion fit DATA --plugin \(file) --family \(family)",
    ]
  }

  /// A family or an initializer in Lua.
  init(lua name: String, _ kind: PluginKind) {
    let file = "\(name)/\(name.lowercased()).lua"
    build = nil
    if kind == .initializer {
      files = [("\(name.lowercased()).lua", emulsion_template_initializer_lua().text(for: name))]
      trial = [
        "emulsion plugin check --kind initializer \(file)",
        "emulsion -e 'print(em.fit(em.dataset(\"iris\"):drop{\"label\"}, { components = 3, initializer = dofile(\"\(file)\") }))'",
      ]
    } else {
      files = [("\(name.lowercased()).lua", emulsion_template_family_lua().text(for: name))]
      trial = Self.familyTrial(file, name.lowercased())
    }
  }

  /// A covariance model, an initializer or a criterion in Swift: a command of its own that knows it, made
  /// with the package Emulsion at `emulsion`.
  init(command name: String, _ kind: PluginKind, emulsion: String) {
    let word = name.lowercased()
    let template =
      switch kind {
      case .covariance: emulsion_template_covariance()
      case .initializer: emulsion_template_initializer()
      default: emulsion_template_criterion()
      }
    build = "swift build -c release"
    let command = "\(name)/.build/release/\(word)"
    let use =
      switch kind {
      case .covariance: "fit faithful --components 2 --covariance \(word)"
      case .initializer: "fit faithful --components 2 --initializer \(word)"
      default: "select faithful --components 1:3 --criterion \(word)"
      }
    trial = ["\(command) plugin check --kind \(kind.rawValue) \(word)", "\(command) \(use)"]
    files = [
      ("Sources/\(name)/\(name).swift", template.text(for: name)),
      (
        "Sources/\(name)Command/main.swift",
        """
        import \(name)
        import Emulsion
        import EmulsionCommand
        import EmulsionPlugins

        // All of the command and its sessions, with what this package adds.
        var catalogue = Catalogue.withPlugins
        catalogue.register(\(name)())
        EmulsionCommand.main(catalogue: catalogue)

        """
      ),
      (
        "Package.swift",
        """
        // swift-tools-version: 6.2
        import PackageDescription

        let package = Package(
          name: "\(name)",
          products: [
            .library(name: "\(name)", targets: ["\(name)"]),
            .executable(name: "\(word)", targets: ["\(name)Command"]),
          ],
          dependencies: [.package(name: "emulsion", path: "\(emulsion)")],
          targets: [
            .target(
              name: "\(name)", dependencies: [.product(name: "Emulsion", package: "emulsion")]),
            .executableTarget(
              name: "\(name)Command",
              dependencies: [
                "\(name)",
                .product(name: "Emulsion", package: "emulsion"),
                .product(name: "EmulsionCommand", package: "emulsion"),
                .product(name: "EmulsionPlugins", package: "emulsion"),
              ]),
          ]
        )

        """
      ),
    ]
  }

  /// Writes the files into a new folder.
  ///
  /// - Throws: `io` where there is something of that name, or it can't be written.
  func write(to folder: String) throws {
    if fileExists(folder) {
      throw EmulsionError(.io, "\(folder): is there already; new plugins get a folder of their own")
    }
    for (path, text) in files {
      let parts = path.split(separator: "/").dropLast()
      try makeDirectory(folder)
      for end in parts.indices {
        try makeDirectory(folder + "/" + parts[...end].joined(separator: "/"))
      }
      try AtomicFile.write(Array(text.utf8), to: "\(folder)/\(path)")
    }
  }
}

extension emulsion_template {
  /// The text, with the example's name replaced by that of a new family.
  fileprivate func text(for family: String?) -> String {
    let text = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    guard let family else { return text }
    let old = String(cString: name)
    return text.replacing(old, with: family.lowercased())
      .replacing(old.prefix(1).uppercased() + old.dropFirst(), with: family)
  }
}
