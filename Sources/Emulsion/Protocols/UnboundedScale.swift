/// How numbers that keep within borders are written by numbers that need not, for searches that know no
/// borders.
package enum UnboundedScale: Sendable {
  /// All numbers: they are themselves.
  case identity
  /// Numbers above 0, by their logarithms.
  case logarithm
  /// Numbers above 0 and below 1, by their log-odds.
  case logit

  /// The one that fits the borders of a domain.
  init(_ domain: Support) {
    self = domain.contains(-1) ? .identity : domain.contains(2) ? .logarithm : .logit
  }

  /// The coordinate of a number; infinite at a border.
  package func coordinate(of value: Double) -> Double {
    switch self {
    case .identity: value
    case .logarithm: Elementary.log(value)
    case .logit: Elementary.log(value) - Elementary.log1p(-value)
    }
  }

  /// The number at a coordinate.
  package func value(at coordinate: Double) -> Double {
    switch self {
    case .identity: coordinate
    case .logarithm: Elementary.exp(coordinate)
    case .logit: 1 / (1 + Elementary.exp(-coordinate))
    }
  }
}
