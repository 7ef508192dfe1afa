import Testing
import Tokenizers

/// The pre-tokenizers that are written out as code against the regular expressions that they stand for.
@Suite struct ScannerTests {
    @Test(arguments: KnownPatterns.all)
    func scannerCutsAsItsPattern(_ pattern: String) throws {
        let scanner = try PreTokenizer(patterns: [pattern])
        var machine = PatternMachine(try PatternProgram(pattern))
        var random = RandomText(seed: 1)
        for round in 0..<1500 {
            let text = UTF8Text(round.isMultiple(of: 8) ? random.scalars(upTo: 12) : random.edges(upTo: 12))
            let found = scanner.ranges(of: text)
            #expect(found == machine.pieces(of: text), "\(text.bytes)")
        }
    }

    @Test(arguments: KnownPatterns.all)
    func piecesAreTheWholeText(_ pattern: String) throws {
        let scanner = try PreTokenizer(patterns: [pattern])
        var random = RandomText(seed: 2)
        for _ in 0..<300 {
            let text = UTF8Text(random.edges(upTo: 30))
            var place = 0
            for piece in scanner.ranges(of: text) {
                #expect(piece.lowerBound == place && !piece.isEmpty)
                place = piece.upperBound
            }
            #expect(place == text.bytes.count)
        }
    }
}
