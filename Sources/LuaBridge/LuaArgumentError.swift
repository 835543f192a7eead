/// A function was called with an argument it can not take.
public struct LuaArgumentError: Error, Sendable, CustomStringConvertible {
  /// The function, as scripts name it.
  public var function: String
  /// The position, from 1; 0 is the receiver of a method.
  public var position: Int
  /// The argument's name.
  public var name: String
  /// What it must be: `a number`.
  public var expected: String
  /// What it was: `"abc"`.
  public var got: String

  /// One line.
  public var description: String {
    let place = position == 0 ? name : "argument \(position) (\(name))"
    return "\(function): \(place) must be \(expected), got \(got)"
  }
}
