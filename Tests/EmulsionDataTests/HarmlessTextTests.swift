import EmulsionData
import Testing

/// Cells and names as a terminal gets them.
@Suite struct HarmlessTextTests {
  @Test(arguments: ["\u{1B}[31mred", "a\u{7F}b", "a\u{9B}31mb", "a\u{0}b", "a\u{8}b", "a\r\nb\tc"])
  func terminalsObeyNothing(text: String) throws {
    let table = try Table([(text, .numbers([1, 2])), ("t", .text([text, "x"]))])
    for shown in [table.text(), try table.describe().text(width: 80)] {
      #expect(
        shown.unicodeScalars.allSatisfy {
          $0 == "\n" || $0.properties.generalCategory != .control
        }, "\(shown.debugDescription)")
    }
    #expect(try Table([("é", .text(["日本", "👩‍👩‍👧"]))]).text().contains("👩‍👩‍👧"))
  }
}
