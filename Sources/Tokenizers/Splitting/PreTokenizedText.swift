/// A text and the pieces that it was cut into so far.
struct PreTokenizedText {
    private(set) var text: UTF8Text
    /// From left to right, apart, none empty.
    private(set) var pieces: [Range<Int>]
    /// Whether the text begins what the user wrote, not just what follows a special token.
    let isStart: Bool

    init(_ text: UTF8Text, isStart: Bool) {
        self.text = text
        self.isStart = isStart
        pieces = text.bytes.isEmpty ? [] : [0..<text.bytes.count]
    }

    /// Cuts each piece at the matches of a pattern.
    mutating func split(by splitter: Splitter, _ behavior: SplitBehavior, isInverted: Bool) {
        var machine: PatternMachine?
        var result: [Range<Int>] = []
        for piece in pieces {
            if behavior == .isolated {
                isolate(piece, splitter, &machine, &result)
            } else {
                result += behavior.pieces(parts(of: piece, splitter, &machine, isInverted))
            }
        }
        pieces = result
    }

    /// Rewrites each piece. Nothing may become empty.
    mutating func rewrite(_ body: (_ piece: ArraySlice<UInt8>, _ isFirst: Bool, _ result: inout [UInt8]) -> Void) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.bytes.count + pieces.count * 3)
        var rewritten: [Range<Int>] = []
        rewritten.reserveCapacity(pieces.count)
        for (index, piece) in pieces.enumerated() {
            let start = bytes.count
            body(text.bytes[piece], index == 0, &bytes)
            rewritten.append(start..<bytes.count)
        }
        text = UTF8Text(bytes)
        pieces = rewritten
    }

    private func isolate(
        _ piece: Range<Int>, _ splitter: Splitter, _ machine: inout PatternMachine?, _ result: inout [Range<Int>]
    ) {
        var place = piece.lowerBound
        splitter.forEachMatch(in: text, piece, &machine) { match in
            if place < match.lowerBound { result.append(place..<match.lowerBound) }
            if !match.isEmpty { result.append(match) }
            place = match.upperBound
        }
        if place < piece.upperBound { result.append(place..<piece.upperBound) }
    }

    private func parts(
        of piece: Range<Int>, _ splitter: Splitter, _ machine: inout PatternMachine?, _ isInverted: Bool
    ) -> [(range: Range<Int>, isMatch: Bool)] {
        var parts: [(range: Range<Int>, isMatch: Bool)] = []
        var place = piece.lowerBound
        splitter.forEachMatch(in: text, piece, &machine) { match in
            if place < match.lowerBound { parts.append((place..<match.lowerBound, isInverted)) }
            parts.append((match, !isInverted))
            place = match.upperBound
        }
        if place < piece.upperBound { parts.append((place..<piece.upperBound, isInverted)) }
        return parts
    }
}
