/// One sequence's part of a step.
package struct SequenceSlice: Sendable, Equatable {
    /// The tokens to run, in order; at least one.
    package var tokens: [Int32]
    /// Position of `tokens[0]`. Keys and values of everything before it are in `blocks`.
    package var position: Int
    /// Block table: `blocks[p / blockTokens]` holds position p; covers `position + tokens.count`.
    package var blocks: [Int32]
    /// Which of the tokens need logits.
    package var logits: LogitRows

    package init(tokens: [Int32], position: Int, blocks: [Int32], logits: LogitRows) {
        self.tokens = tokens
        self.position = position
        self.blocks = blocks
        self.logits = logits
    }

    /// Rows of logits this slice adds to the step's result.
    package var logitRowCount: Int {
        switch logits {
        case .none: 0
        case .last: min(1, tokens.count)
        case .all: tokens.count
        }
    }
}

/// Which tokens of a slice get a row of logits.
package enum LogitRows: Sendable, Equatable {
    case none, last, all
}

/// What one step runs: token ranges of any number of sequences, mixed as the scheduler likes.
/// A sequence appears at most once in a batch.
package struct RaggedBatch: Sendable, Equatable {
    package var slices: [SequenceSlice]

    package init(slices: [SequenceSlice] = []) {
        self.slices = slices
    }

    /// Rows of the forward pass.
    package var tokenCount: Int { slices.reduce(0) { $0 + $1.tokens.count } }
    /// Rows of logits the step gives, in batch order.
    package var logitRowCount: Int { slices.reduce(0) { $0 + $1.logitRowCount } }
}
