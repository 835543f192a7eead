import Synchronization

extension Model {
  /// The mixture that fits data best: ``Catalogue/fit(_:_:)`` by its shortest name.
  ///
  /// - Throws: As ``Catalogue/fit(_:_:)``.
  public init(
    fitting data: any DataSource, _ options: FitOptions = FitOptions(),
    catalogue: Catalogue = .standard
  ) throws { self = try catalogue.fit(data, options) }
}

extension Catalogue {
  /// Fits a mixture to data in a task of its own.
  ///
  /// Cancelling the caller's task ends the fit as an interrupt does: with what was reached, `isCancelled`.
  ///
  /// - Throws: As the function that waits.
  public func fit(_ data: any DataSource, _ options: FitOptions = FitOptions()) async throws
    -> Model
  {
    try await cancellable(options.isCancelled) { isCancelled in
      var options = options
      options.isCancelled = isCancelled
      return try fit(data, options)
    }
  }
}

/// What `body` makes in a task of its own, while it is told when the caller's task is cancelled, or `isCancelled` says so.
func cancellable<Result: Sendable>(
  _ isCancelled: @escaping @Sendable () -> Bool,
  _ body: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Result
) async throws -> Result {
  let flag = CancellationFlag()
  return try await withTaskCancellationHandler {
    try await Task.detached { try body { isCancelled() || flag.isRaised } }.value
  } onCancel: {
    flag.raise()
  }
}

private final class CancellationFlag: Sendable {
  private let raised = Atomic<Bool>(false)

  var isRaised: Bool { raised.load(ordering: .relaxed) }

  func raise() { raised.store(true, ordering: .relaxed) }
}
