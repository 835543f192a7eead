import Emulsion
import LuaBridge

extension LuaOption where Target == FitRequest {
  /// The option `concomitant`.
  static var concomitant: LuaOption<FitRequest> {
    LuaOption(
      "concomitant", "none",
      "covariates that mixing weights depend on, for any family: \"~ age + sex\""
    ) { $1.concomitant = try $0.text("concomitant") }
  }
}

extension FitRequest {
  /// Puts covariates beside the families; the columns asked for are then those that families describe.
  mutating func addCovariates() throws {
    guard let concomitant else { return }
    let chosen = data.columns?.map { column in
      column.integer.map { "x\($0)" } ?? column.string ?? ""
    }
    grid.families = try catalogue.concomitant(concomitant, of: grid.families, columns: chosen)
    options.family = grid.families.first ?? options.family
    guard let chosen else { return }
    data.columns = grid.families.requiredColumns.map { required in
      (chosen + required.filter { !chosen.contains($0) }).map { .string($0) }
    }
  }
}
