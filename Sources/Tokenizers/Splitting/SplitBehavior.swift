/// What becomes of the matches of a pattern, by Hugging Face's names.
enum SplitBehavior: String, Sendable {
    /// They are left out.
    case removed = "Removed"
    /// Each is a piece of its own.
    case isolated = "Isolated"
    /// Each ends the piece before it.
    case mergedWithPrevious = "MergedWithPrevious"
    /// Each begins the piece after it.
    case mergedWithNext = "MergedWithNext"
    /// Neighbouring ones are one piece.
    case contiguous = "Contiguous"

    /// The pieces of a text that is cut into matches and the gaps between them.
    ///
    /// - Parameter parts: in order, together the whole text; matches may be empty.
    func pieces(_ parts: [(range: Range<Int>, isMatch: Bool)]) -> [Range<Int>] {
        let pieces: [Range<Int>] =
            switch self {
            case .removed: parts.filter { !$0.isMatch }.map(\.range)
            case .isolated: parts.map(\.range)
            case .mergedWithPrevious: Self.joined(parts) { previous, part in part.isMatch && !previous.isMatch }
            case .mergedWithNext: Self.joined(parts) { previous, part in previous.isMatch && !part.isMatch }
            case .contiguous: Self.joined(parts) { previous, part in previous.isMatch == part.isMatch }
            }
        return pieces.filter { !$0.isEmpty }
    }

    private typealias Part = (range: Range<Int>, isMatch: Bool)

    /// Joins a part to the one before it where `belongs` says so.
    private static func joined(_ parts: [Part], _ belongs: (Part, Part) -> Bool) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var previous: Part?
        for part in parts {
            if let last = result.last, let previous, belongs(previous, part) {
                result[result.count - 1] = last.lowerBound..<part.range.upperBound
            } else {
                result.append(part.range)
            }
            previous = part
        }
        return result
    }
}
