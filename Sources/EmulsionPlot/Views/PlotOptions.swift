import Emulsion

/// What a plot of a model shows.
public enum ModelView: String, CaseIterable, Sendable {
  /// Rows by the component they belong to; categories as shares within components.
  case classification
  /// Densities of single columns over histograms.
  case density
  /// How unsure it is which component rows belong to.
  case uncertainty
  /// Lines within which the mixture has given shares of its probability.
  case contour
  /// The log-likelihood over the iterations.
  case trace
  /// The components' means, or probabilities of levels, over the columns.
  case profile
  /// Responses over a predictor, with what each component expects.
  case regression
  /// Histograms of posterior probabilities.
  case rootogram
  /// Where rows of each component lie.
  case regions
}

/// What a plot of a selection shows.
public enum SelectionView: String, CaseIterable, Sendable {
  /// The criterion against the number of components.
  case criterion
  /// All fits, by structure and number of components.
  case grid
}

/// How to draw.
public struct PlotOptions: Sendable {
  /// The columns to show, by name; `nil` for as many as fit.
  public var columns: [String]?
  /// The probability that outlines, contours and bands hold; 0.95, and for contours several, where `nil`.
  public var level: Double?
  /// Number of bins; by Freedman & Diaconis' rule where `nil`.
  public var bins: Int?
  /// What to write above.
  public var title = ""
  /// Pixels across; what suits the plot if `nil`.
  public var width: Int?
  /// Pixels down.
  public var height: Int?
  /// Ends what takes long.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// Makes the default options.
  public init() {}

  /// Checks the numbers.
  ///
  /// - Throws: `invalid-option`.
  func validate() throws {
    if let level, !(level > 0 && level < 1) {
      throw EmulsionError(
        .invalidOption,
        "level must lie between 0 and 1, such as 0.95, not \(level.formatted(significant: 6))")
    }
    if let bins, !(1...Histogram.mostBins).contains(bins) {
      throw EmulsionError(
        .invalidOption, "bins must be from 1 to \(Histogram.mostBins), not \(bins)")
    }
    for (name, value) in [("width", width), ("height", height)] {
      if let value, !(160...8000).contains(value) {
        throw EmulsionError(
          .invalidOption, "\(name) must be from 160 to 8000 pixels, not \(value)")
      }
    }
    if let columns {
      if columns.isEmpty {
        throw EmulsionError(.invalidOption, "columns: name at least one column")
      }
      for (place, name) in columns.enumerated() where columns[..<place].contains(name) {
        throw EmulsionError(.invalidOption, "columns: \"\(name)\" is named twice")
      }
    }
  }

  /// 95 % unless another level was asked for.
  var share: Double { level ?? 0.95 }
  /// The level in words.
  var shareText: String { "\((100 * share).formatted(significant: 6)) %" }
}
