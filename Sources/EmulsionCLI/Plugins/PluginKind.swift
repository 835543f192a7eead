import ArgumentParser

/// The languages that `emulsion plugin new` knows.
enum PluginLanguage: String, ExpressibleByArgument, CaseIterable, Sendable {
  case c
  case swift
  case lua
}

/// What `emulsion plugin new` begins.
enum PluginKind: String, ExpressibleByArgument, CaseIterable, Sendable {
  case family
  case covariance
  case initializer
  case criterion

  /// The languages that it can be written in.
  var languages: [PluginLanguage] {
    switch self {
    case .family: [.c, .swift, .lua]
    case .initializer: [.swift, .lua]
    case .covariance, .criterion: [.swift]
    }
  }

  /// All pairs, for errors.
  static var pairs: String {
    allCases.map { kind in
      "\(kind.rawValue) in \(kind.languages.map(\.rawValue).joined(separator: ", "))"
    }.joined(separator: "; ")
  }
}
