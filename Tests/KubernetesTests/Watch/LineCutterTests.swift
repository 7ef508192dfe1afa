import JSON
import Kubernetes
import TestSupport
import Testing

@Suite struct LineCutterTests {
    private func lines(_ pieces: [[UInt8]], limit: Int = 1 << 20) throws -> [[UInt8]] {
        var cutter = LineCutter(maximumBytes: limit)
        var lines: [[UInt8]] = []
        for piece in pieces {
            try piece.withUnsafeBytes { bytes in
                try cutter.cut(bytes) { line throws(KubernetesError) in lines.append(Array(line)) }
            }
        }
        return lines
    }

    @Test func piecesDoNotMatter() throws {
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 0..<60, using: &generator)).map { _ in
                ["\n", "a", "é", "{}"].randomElement(using: &generator) ?? ""
            }
            let bytes = Array(text.joined().utf8)
            var whole = bytes.split(separator: 0x0A).map { Array($0) }
            if let last = bytes.last, last != 0x0A { whole.removeLast() }
            #expect(try lines(bytes.randomlyCut(using: &generator)) == whole)
        }
    }

    @Test func longLinesAreRefused() throws {
        #expect(try lines([Array("12345\n".utf8)], limit: 5).count == 1)
        #expect(try lines([Array("123".utf8), Array("45\n67890\n".utf8)], limit: 5).count == 2)
        for pieces in [["123456\n"], ["123", "456"], ["123", "456\n"], ["12345", "6"]] {
            #expect(throws: KubernetesError.self) { try lines(pieces.map { Array($0.utf8) }, limit: 5) }
        }
    }
}

extension [UInt8] {
    /// The bytes in pieces of which some are empty.
    func randomlyCut(using generator: inout SeededGenerator, largest: Int = 9) -> [[UInt8]] {
        var (pieces, rest): ([[UInt8]], ArraySlice<UInt8>) = ([], self[...])
        while !rest.isEmpty {
            let count = Int.random(in: 0...Swift.min(largest, rest.count), using: &generator)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}
