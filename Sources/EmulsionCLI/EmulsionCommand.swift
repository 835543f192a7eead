@main
enum EmulsionCommand {
  static func main() {
    print("emulsion")
  }
}
