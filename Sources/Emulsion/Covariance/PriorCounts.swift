extension GeometricCovariance {
  /// As in mclust 6 (Fraley & Raftery 2007, table 4, and `me` of the structures beyond it), but for EII and EEI, whose
  /// published modes mclust misses.
  func priorCount(degreesOfFreedom: Double, shrinksMeans: Bool, components k: Int, dimension d: Int)
    -> PriorCount?
  {
    let (all, columns) = (Double(k), Double(d))
    let mean = shrinksMeans ? 1.0 : 0
    let gamma = degreesOfFreedom + 2
    let wishart = degreesOfFreedom + columns + 1
    return switch geometry.letters {
    case "EII": PriorCount(rows: mean + gamma / columns / all, scaleShare: 1 / all)
    case "VII": PriorCount(rows: mean + gamma / columns)
    case "EEI": PriorCount(rows: mean + gamma / all, scaleShare: 1 / all)
    case "VEI": PriorCount(rows: (gamma + mean) / columns)
    case "EVI": PriorCount(rows: (gamma - 1 + mean) / all)
    case "VVI": PriorCount(rows: gamma + mean)
    case "EEE": PriorCount(rows: mean + wishart / all, scaleShare: 1 / all)
    case "EEV": PriorCount(rows: (wishart + mean) / all)
    case "VEV": PriorCount(rows: 0)
    case "VVV": PriorCount(rows: wishart + mean)
    default: nil
    }
  }
}
