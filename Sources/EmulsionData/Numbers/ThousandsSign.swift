/// What can stand between groups of three digits beside commas and points.
enum ThousandsSign {
  /// Spaces, of which one is as good as another: plain, not to be broken, narrow, thin.
  static let blanks: [Character] = [" ", "\u{A0}", "\u{202F}", "\u{2009}"]
  /// Apostrophes, as the Swiss set thousands apart.
  static let apostrophes: [Character] = ["'", "\u{2019}"]

  /// A sign, and those that are as good.
  static func alike(_ sign: Character) -> [Character] {
    [blanks, apostrophes].first { $0.contains(sign) } ?? [sign]
  }
}
