import Emulsion
import LuaBridge

/// A fit or selection that an interrupt ended: its message says what was reached, and the error
/// object holds it.
struct InterruptedFit: Error, CustomStringConvertible {
  let description: String
  private let reached: Reached

  private enum Reached {
    case model(Model, any DataSource)
    case selection(Selection, any DataSource)
  }

  /// What the error object holds.
  var fields: [String: any LuaConvertible] {
    switch reached {
    case .model(let model, let data): ["model": ModelObject(model, data: data)]
    case .selection(let selection, let data):
      [
        "model": ModelObject(selection.best, data: data),
        "selection": SelectionObject(selection, data: data),
      ]
    }
  }

  /// A fit that was ended.
  init(_ model: Model, _ data: any DataSource) {
    description =
      "interrupted: \(Self.name(model)), log-likelihood "
      + "\(model.logLikelihood.formatted(decimals: 3)) after \(model.iterations.counted("iteration"))"
    reached = .model(model, data)
  }

  /// A selection that was ended.
  init(_ selection: Selection, _ data: any DataSource) {
    let done = selection.entries.filter { $0.model.map { !$0.isCancelled } ?? false }.count
    description =
      "interrupted: \(done) of \(selection.entries.count.counted("fit")) done; best so far "
      + "\(Self.name(selection.best)), " + Self.value(selection)
    reached = .selection(selection, data)
  }

  /// The criterion of the best, or its BIC where there is no value.
  private static func value(_ selection: Selection) -> String {
    let value = selection.entries.first.map(selection.value(of:)) ?? .nan
    return value.isFinite
      ? "\(selection.criterion.uppercased()) \(value.formatted(decimals: 3))"
      : "BIC \(selection.best.bic.formatted(decimals: 3))"
  }

  private static func name(_ model: Model) -> String {
    let noun = model.components == 1 ? "component" : "components"
    return "\(model.components) \(model.covariance ?? model.family) \(noun)"
  }
}
