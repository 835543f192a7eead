/// The version of the library.
public let emulsionVersion = "0.2.0"
