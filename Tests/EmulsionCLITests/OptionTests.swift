import Emulsion
import EmulsionCommand
import Testing

@Suite struct OptionTests {
  @Test(arguments: [
    ("3", [3]), ("1:4", [1, 2, 3, 4]), ("1,2,5", [1, 2, 5]), ("1:3,8,10:11", [1, 2, 3, 8, 10, 11]),
    ("0", [0]), ("-1", [-1]),
  ])
  func componentCountsAreRead(text: String, values: [Int]) {
    #expect(ComponentCounts(argument: text)?.values == values)
  }

  @Test(arguments: ["", "a", "1,", "1:", ":3", "3:1", "1:2:3", "1.5", "1:999999999"])
  func othersAreRefused(text: String) {
    #expect(ComponentCounts(argument: text) == nil)
  }

  @Test(arguments: [
    ("1024", 1024), ("2k", 2048), ("2G", 2_147_483_648), ("1.5GiB", 1_610_612_736),
    ("500M", 524_288_000), ("10 mb", 10_485_760), ("7b", 7),
  ])
  func memorySizesAreRead(text: String, bytes: Int) {
    #expect(MemorySize(argument: text)?.bytes == bytes)
  }

  @Test(arguments: ["", "G", "0", "-1G", "2X", "1e9", "2Gx"])
  func otherSizesAreRefused(text: String) {
    #expect(MemorySize(argument: text) == nil)
  }

  @Test func jsonIsWritten() {
    let value = JSONValue.object([
      ("a \"b\"\n", .list([.integer(1), .number(0.1), .number(2), .number(.nan), .null])),
      ("c", .list([.list([.boolean(true)])])), ("d", .object([])),
    ])
    #expect(
      value.text() == """
        {
          "a \\"b\\"\\n": [1, 0.1, 2, null, null],
          "c": [
            [true]
          ],
          "d": {}
        }
        """)
  }
}
