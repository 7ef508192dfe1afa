import JSON
import Testing
import Tokenizers

/// The regular expressions of tokenizer files against Oniguruma.
@Suite struct PatternTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let pattern: String
        /// The length in bytes of each piece of each text.
        let pieces: [[Int]]
        var testDescription: String { pattern }
    }

    static let cases: [Case] = (Oracle.patterns.array ?? []).map { json in
        Case(
            pattern: json["pattern"]?.string ?? "",
            pieces: json["pieces"]?.array?.map { $0.array?.compactMap(\.int) ?? [] } ?? [])
    }

    @Test func fixturesAreThere() { #expect(Self.cases.count > 60) }

    @Test(arguments: cases)
    func splitterCutsAsOniguruma(_ example: Case) throws {
        let preTokenizer = try PreTokenizer(patterns: [example.pattern])
        #expect(example.pieces.count == Oracle.texts.count)
        for (text, lengths) in zip(Oracle.texts, example.pieces) {
            #expect(preTokenizer.ranges(of: UTF8Text(text)).map(\.count) == lengths, "\(text.debugDescription)")
        }
    }

    @Test(arguments: cases)
    func machineCutsAsOniguruma(_ example: Case) throws {
        var machine = PatternMachine(try PatternProgram(example.pattern))
        for (text, lengths) in zip(Oracle.texts, example.pieces) {
            #expect(machine.pieces(of: UTF8Text(text)).map(\.count) == lengths, "\(text.debugDescription)")
        }
    }

    @Test(arguments: [
        "(", ")", "a)", "[a", "*a", "a|*", "(?<=a)b", "(?>a)", "(?<n>a)", #"\1"#, #"\bword"#, #"\p{Han}"#, #"\p{"#,
        "(?=ab)", "[a&&b]", "[a[b]]", "[z-a]", "a{2,1}", "a{1001}", "(a{1000}){1000}", "(((){1000}){1000}){1000}",
        "a????????????", "(ab)++", #"\"#, #"\x{110000}"#, #"(?i)\p{Lu}"#, String(repeating: "(", count: 100),
        String(repeating: "a", count: 10_000),
    ])
    func othersAreRefusedByName(_ pattern: String) {
        do {
            _ = try PatternProgram(pattern)
            Issue.record("\(pattern) was accepted")
        } catch {
            guard case .unsupportedPattern(pattern, _, let reason) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(!reason.isEmpty)
        }
    }

    /// These take exponential or quadratic time in a backtracking engine.
    @Test(arguments: ["(a*)*b", "(a|a)*b", "(a|aa)+$b", "a*a*a*a*b", #"\s+$|(a+)+c"#])
    func workIsLinear(_ pattern: String) throws {
        let (short, long) = (try work(pattern, 2000), try work(pattern, 8000))
        #expect(long < short * 5)
    }

    /// Short matches that look far ahead each time: the search gives up instead of going quadratic.
    @Test func workIsBounded() throws {
        let (short, long) = (try work("a+b|a", 20_000), try work("a+b|a", 80_000))
        #expect(long < short * 5)
    }

    private func work(_ pattern: String, _ count: Int) throws -> Int {
        var machine = PatternMachine(try PatternProgram(pattern))
        _ = machine.pieces(of: UTF8Text(String(repeating: "a", count: count)))
        return machine.steps
    }
}

extension PatternMachine {
    /// The matches and the gaps between them.
    mutating func pieces(of text: UTF8Text) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var place = 0
        for match in matches(in: text, 0..<text.bytes.count) {
            if place < match.lowerBound { pieces.append(place..<match.lowerBound) }
            if !match.isEmpty { pieces.append(match) }
            place = match.upperBound
        }
        return place < text.bytes.count ? pieces + [place..<text.bytes.count] : pieces
    }
}
