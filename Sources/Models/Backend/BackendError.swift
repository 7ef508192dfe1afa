/// Why a step did not run.
package enum BackendError: Error, Equatable, CustomStringConvertible {
    /// `shouldAbandon` said so at a safepoint.
    case abandoned
    /// A slice without tokens.
    case emptySlice(slice: Int)
    /// A token that the vocabulary does not have.
    case token(Int32, slice: Int, vocabularySize: Int)
    /// Positions that the model does not have.
    case position(first: Int, count: Int, slice: Int, contextLength: Int)
    /// A block table that ends before the slice's last position.
    case shortBlockTable(blocks: Int, needed: Int, slice: Int)
    /// A block the KV store does not have.
    case block(Int32, slice: Int, blockCount: Int)
    /// Two places of a step that would write the same block.
    case blockWrittenTwice(Int32, slice: Int)
    /// `Logits` made for another vocabulary.
    case logitsWidth(found: Int, expected: Int)
    /// The device did not do what it was asked; it said this.
    case device(String)

    package var description: String {
        switch self {
        case .abandoned:
            "The step was abandoned at a layer boundary."
        case .emptySlice(let slice):
            "Slice \(slice) of the batch has no tokens."
        case .token(let token, let slice, let vocabularySize):
            "Token \(token) in slice \(slice) is not in the vocabulary (0 ..< \(vocabularySize))."
        case .position(let first, let count, let slice, let contextLength):
            "Slice \(slice) runs \(count) tokens from position \(first), but the context is \(contextLength) tokens."
        case .shortBlockTable(let blocks, let needed, let slice):
            "The block table of slice \(slice) has \(blocks) blocks and needs \(needed)."
        case .block(let block, let slice, let blockCount):
            "Slice \(slice) names KV block \(block), but the store has 0 ..< \(blockCount)."
        case .blockWrittenTwice(let block, let slice):
            "Slice \(slice) writes KV block \(block), which another part of the step writes too."
        case .logitsWidth(let found, let expected):
            "The logits are \(found) wide and the vocabulary has \(expected) tokens."
        case .device(let reason):
            "The device failed: \(reason)."
        }
    }
}
