import Glibc
import Models
import Synchronization

/// A backend whose KV blocks hold the tokens themselves and whose logits are a hash of everything that a
/// sequence's block table says it has seen. One wrong, stale or shared block and the answer changes.
final class HashBackend: Backend {
    let spec: ModelSpec
    let fingerprint = "hash"
    let blockTokens = 16
    let blockCount: Int
    let bytesPerBlock = 64
    private var blocks: [[Int32]]
    /// Called before each step, on the engine's thread.
    private let willRun: @Sendable (RaggedBatch) throws(BackendError) -> Void
    /// Called before each step, too.
    private let disturb: @Sendable () -> Disturbance
    /// Called before memory is restored.
    private let willRestore: @Sendable () throws(BackendError) -> Void
    private var isReleased = false

    /// What happens in a step while the engine is told to leave it.
    enum Disturbance {
        case none
        /// It is left before anything was computed.
        case abandoned
        /// It is left when half of its tokens were computed.
        case abandonedHalfway
        /// It comes to its end, but nobody looks at the logits.
        case inVain
    }

    init(
        blockCount: Int = 256, contextLength: Int = 4096, vocabularySize: Int = 256,
        willRun: @escaping @Sendable (RaggedBatch) throws(BackendError) -> Void = { _ throws(BackendError) in },
        disturb: @escaping @Sendable () -> Disturbance = { .none },
        willRestore: @escaping @Sendable () throws(BackendError) -> Void = { () throws(BackendError) in }
    ) {
        let embedding = TensorRef("embedding", vocabularySize, 16)
        spec = ModelSpec(
            architecture: "hash", vocabularySize: vocabularySize, hiddenSize: 16, contextLength: contextLength,
            embedding: embedding, layers: [], finalNorm: NormSpec(weight: TensorRef("norm", 16), epsilon: 1e-5),
            output: embedding)
        self.blockCount = blockCount
        self.willRun = willRun
        self.disturb = disturb
        self.willRestore = willRestore
        blocks = Array(repeating: Array(repeating: -1, count: 16), count: blockCount)
    }

    func forward(
        _ batch: borrowing RaggedBatch, into logits: Logits, shouldAbandon: () -> Bool
    ) throws(BackendError) {
        try willRun(copy batch)
        guard !isReleased else { throw .device("there is no memory") }
        let disturbance = disturb()
        func wait() { while !shouldAbandon() { sched_yield() } }
        if disturbance == .abandoned { wait() }
        if shouldAbandon() { throw .abandoned }
        for (place, slice) in batch.slices.enumerated() {
            if disturbance == .abandonedHalfway, place == batch.slices.count / 2 {
                wait()
                throw .abandoned
            }
            for (offset, token) in slice.tokens.enumerated() {
                let position = slice.position + offset
                // What an abandoned step leaves is undefined.
                blocks[Int(slice.blocks[position / 16])][position % 16] = disturbance == .abandonedHalfway ? -9 : token
            }
        }
        if disturbance == .inVain { wait() }
        let rows = logits.begin(rows: batch.logitRowCount)
        var row = 0
        for slice in batch.slices where slice.logits == .last {
            fill(rows + row * spec.vocabularySize, seen: slice.position + slice.tokens.count, slice.blocks)
            row += 1
        }
    }

    private func fill(_ row: UnsafeMutablePointer<Float>, seen count: Int, _ table: [Int32]) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for position in 0..<count {
            hash =
                (hash ^ UInt64(truncatingIfNeeded: blocks[Int(table[position / 16])][position % 16])) &* 0x100_0000_01B3
        }
        for token in 0..<spec.vocabularySize {
            hash = hash &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            row[token] = Float(hash >> 40) * 0x1p-24 * 8
        }
    }

    func releaseMemory() {
        isReleased = true
        blocks = Array(repeating: Array(repeating: -2, count: 16), count: blockCount)
    }

    func restoreMemory(shouldAbandon: () -> Bool) throws(BackendError) {
        guard isReleased else { return }
        try willRestore()
        if shouldAbandon() { throw .abandoned }
        isReleased = false
    }

    func copyBlock(from source: Int32, to target: Int32) { blocks[Int(target)] = blocks[Int(source)] }
}
