import Emulsion
import EmulsionData
import LuaBridge

/// A call of `em.classify`, as far as its options say.
struct ClassifierRequest {
  fileprivate var fit: FitRequest
  fileprivate var method = ClassifierOptions().method
  fileprivate var components: [Int]?
  fileprivate var covariances = ClassifierOptions().covariances

  init(_ fit: FitRequest) { self.fit = fit }

  /// How classes are described.
  var options: ClassifierOptions {
    var options = ClassifierOptions()
    options.method = method
    options.components =
      components ?? (method == .components ? [1] : ClassifierOptions().components)
    options.covariances = covariances
    options.fit = fit.optionsWithProgress
    options.fit.labels = nil
    return options
  }

  /// The column of classes, where it is one of the table.
  var column: String? {
    if case .column(let name)? = fit.data.labels { name } else { nil }
  }

  /// The rows and their classes.
  mutating func source(_ value: LuaValue) throws -> (any DataSource, KnownLabels) {
    guard let labels = fit.data.labels else {
      throw EmulsionError(
        .invalidOption, "class is missing: a column's name, a Vector or a list, one a row")
    }
    guard fit.data.errors == nil else {
      throw EmulsionError(.invalidOption, "errors: em.classify knows none yet; leave them out")
    }
    let source = try fit.source(value)
    return (source, try fit.data.known ?? labels.known(rows: source.rows))
  }
}

extension OptionList where Target == ClassifierRequest {
  /// The options of `em.classify`.
  static var classify: OptionList {
    let shared = OptionList<FitRequest>.fit.without(
      "components", "covariance", "labels", "noise", "concomitant")
    let classes: [LuaOption<ClassifierRequest>] = [
      LuaOption(
        "class", "none",
        "the classes of the rows: a column's name, a Vector or a list; unknown is NaN, \"\", false or missing",
        names: NameKind.column
      ) { $1.fit.data.labels = try RowLabels($0, "class") },
      LuaOption(
        "method", "\"MDA\"", "\"MDA\", a mixture a class, or \"EDDA\", one component a class"
      ) { value, request in
        let name = try value.text("method")
        guard let method = ClassifierOptions.Method(rawValue: name.uppercased()) else {
          throw value.mustBe("method", "\"MDA\" or \"EDDA\"")
        }
        request.method = method
      },
      LuaOption("components", "em.range(1, 5)", "numbers of components to choose from") {
        $1.components = try $0.counts("components")
      },
      LuaOption(
        "covariance", "\"all\"", "covariance models to choose from", names: NameKind.covariance
      ) { $1.covariances = try $0.texts("covariance") },
    ]
    return OptionList(options: classes + shared.within(\.fit))
  }
}
