import Emulsion
import LuaBridge

/// What the functions of the module share.
final class ModuleEnvironment {
  /// The families, covariance models and initializers that scripts can name.
  let catalogue: Catalogue
  /// What tells of fits.
  let progress: ProgressHandler
  /// Whether fits tell of themselves unless a script says otherwise.
  let showsProgress: Bool

  init(catalogue: Catalogue, progress: ProgressHandler, showsProgress: Bool) {
    self.catalogue = catalogue
    self.progress = progress
    self.showsProgress = showsProgress
  }
}
