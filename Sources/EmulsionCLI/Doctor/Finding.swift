/// What a look at the installation found.
struct Finding {
  enum State: String {
    case fine = "ok"
    /// Works, but for something that may not be needed.
    case lacking = "--"
    case broken = "!!"
  }

  var state: State
  var subject: String
  var text: String

  static func fine(_ subject: String, _ text: String) -> Finding {
    Finding(state: .fine, subject: subject, text: text)
  }

  static func lacking(_ subject: String, _ text: String) -> Finding {
    Finding(state: .lacking, subject: subject, text: text)
  }

  static func broken(_ subject: String, _ text: String) -> Finding {
    Finding(state: .broken, subject: subject, text: text)
  }
}
