/// How a worker took up an answer, the most exact way first.
package enum Beginning: String, Sendable, CaseIterable, Comparable {
    /// From the start.
    case first
    /// Behind the tokens so far, as the worker that generated them would have gone on (`GenerationRequest.resumed`).
    case exact
    /// Behind the tokens so far, as its prompt: it draws the next ones in its own way.
    case tokens
    /// Behind the text so far, read as tokens anew, because the worker before did not tell the tokens of it.
    case text

    /// Whether what comes may differ from what would have come without the move.
    package var isDegraded: Bool { self > .exact }

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .first: 0
        case .exact: 1
        case .tokens: 2
        case .text: 3
        }
    }
}
