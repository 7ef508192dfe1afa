import LoadGenerator
import TestSupport
import Testing

@Suite struct EventStreamParserTests {
    /// A stream with everything that the standard allows, and the data that it holds.
    private static let stream =
        "\u{FEFF}: a comment\r\ndata: {\"a\":1}\r\n\r\nevent: x\ndata:no space\nid: 7\n\ndata: two\rdata: lines\r\r"
        + "data\n\n\n\nretry: 5\n\ndata:  ü is kept\n\n:\n\ndataset: no\n\ndata: [DONE]\n\n"
    private static let events = ["{\"a\":1}", "no space", "two\nlines", "", " ü is kept", "[DONE]"]

    private func events(of pieces: [[UInt8]]) throws -> [String] {
        var parser = EventStreamParser()
        return try pieces.flatMap { try parser.feed($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func everyCutIntoTwoGivesTheSameEvents() throws {
        let bytes = Array(Self.stream.utf8)
        for cut in 0...bytes.count {
            #expect(try events(of: [Array(bytes[..<cut]), Array(bytes[cut...])]) == Self.events, "cut at \(cut)")
        }
    }

    @Test func singleBytesAndRandomPiecesGiveTheSameEvents() throws {
        let bytes = Array(Self.stream.utf8)
        #expect(try events(of: bytes.map { [$0] }) == Self.events)
        var random = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 0...9, using: &random)
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            #expect(try events(of: pieces) == Self.events)
        }
    }

    @Test(arguments: ["\n", "\r", "\r\n"]) func everyLineEndIsOne(_ end: String) throws {
        let text = "data: a\(end)data: b\(end)\(end)data: c\(end)\(end)"
        #expect(try events(of: text.utf8.map { [$0] }) == ["a\nb", "c"])
    }

    @Test(arguments: ["data: [DONE]", "data: [DONE]\n", "data: [DONE]\r\n"])
    func anEventWithoutItsEmptyLineComesAtTheEnd(_ text: String) throws {
        var parser = EventStreamParser()
        #expect(try parser.feed(text.utf8).isEmpty)
        #expect(parser.finish() == Array("[DONE]".utf8))
        #expect(parser.finish() == nil)
    }

    @Test func memoryIsBounded() throws {
        let limit = 100
        var long = EventStreamParser(maximumEventBytes: limit)
        #expect(try long.feed(repeatElement(0x61, count: limit)).isEmpty)
        #expect(throws: EventStreamParser.TooLong(maximumBytes: limit)) { try long.feed([0x61]) }
        var many = EventStreamParser(maximumEventBytes: limit)
        #expect(throws: EventStreamParser.TooLong.self) {
            for _ in 0..<limit { _ = try many.feed("data: 12345678\n".utf8) }
        }
        var fine = EventStreamParser(maximumEventBytes: limit)
        for _ in 0..<limit { #expect(try fine.feed("data: 12345678\n\n".utf8).count == 1) }
    }
}
