import LoadGenerator
import TestSupport
import Testing

@Suite struct EventStreamParserTests {
    private func events(_ pieces: [[UInt8]]) throws -> [String] {
        var parser = EventStreamParser()
        var found: [String] = []
        for piece in pieces { try parser.feed(piece) { found.append(String(decoding: $0, as: UTF8.self)) } }
        return found
    }

    private func events(_ text: String) throws -> [String] { try events([Array(text.utf8)]) }

    @Test(arguments: [
        ("data: a\n\n", ["a"]), ("data:a\r\n\r\ndata:b\r\r", ["a", "b"]), ("data: a\ndata: b\n\n", ["a\nb"]),
        (": ping\n\ndata: a\n\n", ["a"]), ("\u{FEFF}data: a\n\n", ["a"]), ("data: a\n", []), ("data:\n\n", [""]),
        ("event: x\nid: 1\nretry: 5\n\n", []), ("data:  a \n\n", [" a "]), ("database: x\n\ndata\n\n", [""]),
        ("data: {\"a\": \"b: c\"}\n\n", ["{\"a\": \"b: c\"}"]), ("\n\n\ndata: a\n\n\n\n", ["a"]),
    ])
    func streamsAreReadAsTheStandardSays(_ text: String, _ expected: [String]) throws {
        #expect(try events(text) == expected)
    }

    /// However the network cuts a stream, its events are the same.
    @Test func piecesDoNotMatter() throws {
        var random = SeededGenerator(seed: 11)
        let parts = ["data: x", "data:é世", "\n", "\r\n", "\r", ": c", "event: e", "", "\n\n", " ", "data"]
        for _ in 0..<3_000 {
            let bytes = (0..<Int.random(in: 0...12, using: &random))
                .flatMap { _ in Array((parts.randomElement(using: &random) ?? "").utf8) }
            let whole = try events([bytes])
            #expect(try events(bytes.map { [$0] }) == whole)
            let cut = Int.random(in: 0...bytes.count, using: &random)
            #expect(try events([Array(bytes[..<cut]), [], Array(bytes[cut...])]) == whole)
        }
    }

    /// The events are those of a plain reading of the whole text, written without a state.
    @Test func eventsAreThoseOfAPlainReading() throws {
        var random = SeededGenerator(seed: 12)
        let parts = ["data: x", "data:y", "data", ": c", "event: e", "", "", "datax: 1", "data: a: b"]
        for _ in 0..<3_000 {
            let lines = (0..<Int.random(in: 0...14, using: &random)).map { _ in
                parts.randomElement(using: &random) ?? ""
            }
            let blocks = lines.split(separator: "", omittingEmptySubsequences: false).dropLast()
            let expected = blocks.compactMap { block -> String? in
                let values = block.filter { $0 == "data" || $0.hasPrefix("data:") }.map { line in
                    let value = line.dropFirst(5)
                    return String(value.first == " " ? value.dropFirst() : value)
                }
                return values.isEmpty ? nil : values.joined(separator: "\n")
            }
            #expect(try events(lines.map { $0 + "\n" }.joined()) == expected, "\(lines)")
        }
    }

    @Test func anEndlessEventIsRefused() {
        #expect(throws: EventStreamParser.TooLong.self) {
            var parser = EventStreamParser()
            let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            for _ in 0...9 { try parser.feed(piece) { _ in } }
        }
    }
}
