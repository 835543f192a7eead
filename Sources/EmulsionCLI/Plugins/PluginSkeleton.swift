import CPluginTemplates
import Emulsion

/// The files of a new plugin: a small family that builds and works, to be made another.
struct PluginSkeleton {
  /// Paths in the plugin's folder, and what is there.
  let files: [(path: String, text: String)]
  /// What to type in the plugin's folder, and where the library is then.
  let build: String
  let library: String

  /// A plugin in C.
  init(c name: String) {
    let family = name.lowercased()
    library = "lib\(family).so"
    build = "sh build"
    files = [
      ("\(family).c", emulsion_template_c().text(for: name)),
      ("emulsion_plugin.h", emulsion_template_header().text(for: nil)),
      (
        "build",
        """
        #!/bin/sh
        # Builds the plugin.
        cd "$(dirname "$0")" &&
          ${CC:-cc} -std=c11 -Wall -O2 -shared -fPIC \(family).c -o \(library) -lm

        """
      ),
    ]
  }

  /// A plugin in Swift, for the package Emulsion at `emulsion`.
  init(swift name: String, emulsion: String) {
    library = ".build/release/lib\(name).so"
    build = "swift build -c release"
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
