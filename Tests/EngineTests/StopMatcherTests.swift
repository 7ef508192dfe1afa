import Engine
import TestSupport
import Testing

@Suite struct StopMatcherTests {
    @Test func holdsBackWhatMayBecomeAStop() {
        var matcher = StopMatcher(["END", "\n\n"])
        #expect(matcher.append("one E") == .init(text: "one ", isStopped: false))
        #expect(matcher.append("N") == .init(text: "", isStopped: false))
        #expect(matcher.append("X\n") == .init(text: "ENX", isStopped: false))
        #expect(matcher.append("\nrest") == .init(text: "", isStopped: true))
    }

    @Test func givesBackWhatWasHeldAtTheEnd() {
        var matcher = StopMatcher(["END"])
        #expect(matcher.append("the EN").text == "the ")
        #expect(matcher.finish() == "EN")
    }

    /// In any pieces: the text before the earliest stop, and nothing else.
    @Test(arguments: 0..<200) func isTheSameForEveryCut(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let letters = Array("abé😀")
        let text = String((0..<30).map { _ in letters.randomElement(using: &random) ?? "a" })
        let stops = (0..<3).map { _ in
            String(
                (0..<Int.random(in: 1...4, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
        }
        let bytes = Array(text.utf8)
        let first = stops.compactMap { stop -> Int? in
            let stop = Array(stop.utf8)
            return (0...bytes.count - stop.count).first { Array(bytes[$0..<$0 + stop.count]) == stop }
        }.min()
        var matcher = StopMatcher(stops)
        var output = ""
        var isStopped = false
        var rest = text[...]
        while !rest.isEmpty, !isStopped {
            let piece = rest.prefix(.random(in: 1...3, using: &random))
            rest = rest.dropFirst(piece.count)
            let result = matcher.append(String(piece))
            output += result.text
            isStopped = result.isStopped
        }
        if !isStopped { output += matcher.finish() }
        #expect(isStopped == (first != nil))
        #expect(Array(output.utf8) == Array(bytes[..<(first ?? bytes.count)]))
    }
}
