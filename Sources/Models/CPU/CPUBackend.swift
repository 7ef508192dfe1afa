/// Runs a model on this machine's processor. See `Backend` for the contract.
package final class CPUBackend: Backend {
    package let spec: ModelSpec
    package let fingerprint: String
    let weights: ModelWeights
    let device: CPUDevice
    let store: KVStore
    var layout: StepLayout
    var buffers: StepBuffers
    var rotations: Rotations

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
        device = try CPUDevice(threads: threads, instructionSet: instructionSet)
        store = try KVStore(layout: KVLayout(model.spec, type: kvType), blockCount: blockCount)
        layout = StepLayout(blockCount: blockCount)
        buffers = StepBuffers()
        rotations = Rotations(model)
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
}
