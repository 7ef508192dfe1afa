import CKernels
import Weights

/// Runs a model on this machine's processor. See `Backend` for the contract.
package final class CPUBackend: Backend {
    package let spec: ModelSpec
    package let fingerprint: String
    /// Where the weights come from, to be read again.
    private let source: CheckedTensors
    /// Nil: given back to the system.
    private var weights: ModelWeights?
    let device: CPUDevice
    let store: KVStore
    let layout = StepLayout()
    let buffers: StepBuffers
    /// One table for each rotary embedding that some layer uses.
    let rotaries: [RotarySpec: RotaryTable]
    private var batchCheck: BatchCheck

    /// - Parameters:
    ///   - threads: threads of a step, the engine's own among them.
    ///   - instructionSet: the kernels to use; they all give the same bits.
    ///   - kvType: how keys and values are stored. It changes results, so it is part of `fingerprint`.
    ///   - blockCount: capacity of the KV store; memory is taken only as blocks are first written.
    package init(
        model: Model, threads: Int, instructionSet: InstructionSet = .best, kvType: KVType = .f16, blockCount: Int
    ) throws(BackendSetupError) {
        spec = model.spec
        fingerprint = "\(model.fingerprint)-kv\(kvType.rawValue)"
        weights = model.weights
        source = model.source
        device = try CPUDevice(threads: threads, instructionSet: instructionSet)
        store = try KVStore(layout: KVLayout(model.spec, type: kvType), blockCount: blockCount)
        buffers = StepBuffers(model.spec)
        rotaries = RotaryTable.tables(model)
        batchCheck = BatchCheck(model.spec, blockTokens: KVLayout.blockTokens, blockCount: blockCount)
    }

    package var blockTokens: Int { KVLayout.blockTokens }
    package var blockCount: Int { store.blockCount }
    package var bytesPerBlock: Int { store.layout.bytesPerBlock }

    /// Bytes of one KV block of `spec`, to choose a capacity with before a backend is made.
    package static func bytesPerBlock(_ spec: ModelSpec, kvType: KVType) -> Int {
        KVLayout(spec, type: kvType).bytesPerBlock
    }

    package func copyBlock(from source: Int32, to target: Int32) {
        store.block(Int(target)).copyMemory(from: UnsafeRawBufferPointer(store.block(Int(source))))
    }

    package func forward(
        _ batch: borrowing RaggedBatch, into logits: Logits, shouldAbandon: () -> Bool
    ) throws(BackendError) {
        guard logits.vocabularySize == spec.vocabularySize else {
            throw .logitsWidth(found: logits.vocabularySize, expected: spec.vocabularySize)
        }
        try batchCheck.check(batch)
        guard let weights else { throw .device("the model's weights are not in memory") }
        layout.lay(batch)
        buffers.reserve(tokens: layout.tokenCount, lastPosition: layout.lastPosition, pool: device.pool)
        for table in rotaries.values { table.fill(layout.positions) }
        try device.run(shouldAbandon: shouldAbandon) { () throws(BackendError) in try run(weights, into: logits) }
    }

    package func releaseMemory() {
        weights?.embedding.releasePages()
        weights = nil
        store.release()
        buffers.release()
        // What is free inside the heap counts as ours until it is given back.
        gk_memory_trim()
    }

    package func restoreMemory(shouldAbandon: () -> Bool) throws(BackendError) {
        guard weights == nil else { return }
        try device.run(shouldAbandon: shouldAbandon) { () throws(BackendError) in
            do throws(ModelError) {
                weights = try ModelWeights(spec, tensors: source, pool: device.pool)
            } catch {
                if error == .abandoned { throw .abandoned }
                throw .device(error.description)
            }
        }
    }
}
