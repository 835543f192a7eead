import Emulsion
import LuaBridge

extension LuaValue {
  /// The option `noise`: true or false, or a table that tells where noise lies, or how densely.
  func noise(_ options: inout FitOptions) throws {
    if case .boolean(let isOn) = self {
      options.noise = isOn
      return
    }
    guard let table else {
      throw mustBe("noise", "true or false, { region = … } or { density = … }")
    }
    options.noise = true
    options.noiseRegion = .box
    let (region, density) = (try table.get("region"), try table.get("density"))
    guard region.isNil || density.isNil else {
      throw EmulsionError(.invalidOption, "noise: a given density needs no region; leave one out")
    }
    try OptionList.noise.apply(table, to: &options.noiseRegion)
  }
}

extension OptionList where Target == NoiseRegion {
  /// The options of `noise`.
  static var noise: OptionList {
    OptionList(options: [
      LuaOption("region", "\"box\"", "the box along the columns, or \"principal\"") {
        $1 = try NoiseRegion(named: $0.text("noise.region"))
      },
      LuaOption("density", "that of the region", "a number above 0") {
        $1 = .density(try $0.real("noise.density"))
      },
    ])
  }
}
