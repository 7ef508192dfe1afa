/// Checks a batch before it enters C: after this no token, position or block can reach outside its memory.
struct BatchCheck {
    private let vocabularySize: Int
    private let contextLength: Int
    private let blockTokens: Int
    /// For each block the step that last wrote it.
    private var writtenIn: [UInt64]
    private var step: UInt64 = 0

    init(_ spec: ModelSpec, blockTokens: Int, blockCount: Int) {
        vocabularySize = spec.vocabularySize
        contextLength = spec.contextLength
        self.blockTokens = blockTokens
        writtenIn = Array(repeating: 0, count: blockCount)
    }

    mutating func check(_ batch: borrowing RaggedBatch) throws(BackendError) {
        step += 1
        for index in batch.slices.indices { try check(batch.slices[index], index) }
    }

    private mutating func check(_ slice: SequenceSlice, _ index: Int) throws(BackendError) {
        guard !slice.tokens.isEmpty else { throw .emptySlice(slice: index) }
        for token in slice.tokens where token < 0 || Int(token) >= vocabularySize {
            throw .token(token, slice: index, vocabularySize: vocabularySize)
        }
        guard slice.position >= 0, slice.position <= contextLength - slice.tokens.count else {
            throw .position(
                first: slice.position, count: slice.tokens.count, slice: index, contextLength: contextLength)
        }
        try checkBlocks(slice, index)
    }

    private mutating func checkBlocks(_ slice: SequenceSlice, _ index: Int) throws(BackendError) {
        let last = slice.position + slice.tokens.count - 1
        let needed = last / blockTokens + 1
        guard slice.blocks.count >= needed else {
            throw .shortBlockTable(blocks: slice.blocks.count, needed: needed, slice: index)
        }
        for block in slice.blocks[..<needed] where block < 0 || Int(block) >= writtenIn.count {
            throw .block(block, slice: index, blockCount: writtenIn.count)
        }
        for block in slice.blocks[(slice.position / blockTokens)..<needed] {
            guard writtenIn[Int(block)] != step else { throw .blockWrittenTwice(block, slice: index) }
            writtenIn[Int(block)] = step
        }
    }
}
