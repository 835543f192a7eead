/// The response that components expect, given the predictors of a row.
public protocol Responder: Sendable {
  /// The position of the response.
  var response: Int { get }
  /// The positions of the predictors; other columns may hold anything.
  var predictors: [Int] { get }
  /// Writes for every row the expected response under each component, and how probable that is of a
  /// row of which the predictors alone are known: K lanes each, of which the second sum to 1.
  func respond(to block: borrowing Block, means: inout LaneMatrix, weights: inout LaneMatrix) throws
}
