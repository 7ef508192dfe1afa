import CKernels

/// The rows of a step in flat memory, as the kernels read them.
final class StepLayout {
    private(set) var tokenCount = 0
    private(set) var logitRowCount = 0
    /// The largest position of any row.
    private(set) var lastPosition = 0
    private var tokenBuffer = StepBuffer<Int32>()
    private var positionBuffer = StepBuffer<Int32>()
    private var rowBuffer = StepBuffer<gk_kv_row>()
    private var tableBuffer = StepBuffer<Int32>()
    private var logitBuffer = StepBuffer<Int32>()

    /// `[tokenCount]`.
    var tokens: UnsafeBufferPointer<Int32> { UnsafeBufferPointer(start: tokenBuffer.base, count: tokenCount) }
    /// `[tokenCount]`.
    var positions: UnsafeBufferPointer<Int32> { UnsafeBufferPointer(start: positionBuffer.base, count: tokenCount) }
    /// `[tokenCount]`; they point into this object's copy of the block tables.
    var rows: UnsafePointer<gk_kv_row> { UnsafePointer(rowBuffer.base) }
    /// The rows that need logits, `[logitRowCount]`, ascending.
    var logitRows: UnsafeBufferPointer<Int32> { UnsafeBufferPointer(start: logitBuffer.base, count: logitRowCount) }

    /// Lays out a batch that has been checked.
    func lay(_ batch: borrowing RaggedBatch) {
        reserve(batch)
        tokenCount = 0
        logitRowCount = 0
        lastPosition = 0
        var table = tableBuffer.base
        for slice in batch.slices {
            table.update(from: slice.blocks, count: slice.blocks.count)
            add(slice, table: table)
            table += slice.blocks.count
        }
    }

    private func reserve(_ batch: borrowing RaggedBatch) {
        let tokens = batch.tokenCount
        tokenBuffer.reserve(tokens)
        positionBuffer.reserve(tokens)
        rowBuffer.reserve(tokens)
        logitBuffer.reserve(batch.logitRowCount)
        tableBuffer.reserve(batch.slices.reduce(0) { $0 + $1.blocks.count })
    }

    private func add(_ slice: SequenceSlice, table: UnsafeMutablePointer<Int32>) {
        let firstWithLogits = slice.tokens.count - slice.logitRowCount
        for (index, token) in slice.tokens.enumerated() {
            let position = Int32(slice.position + index)
            tokenBuffer.base[tokenCount] = token
            positionBuffer.base[tokenCount] = position
            rowBuffer.base[tokenCount] = gk_kv_row(blocks: table, position: position)
            if index >= firstWithLogits {
                logitBuffer.base[logitRowCount] = Int32(tokenCount)
                logitRowCount += 1
            }
            tokenCount += 1
        }
        lastPosition = max(lastPosition, slice.position + slice.tokens.count - 1)
    }
}
