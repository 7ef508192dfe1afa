import CKernels
package import Weights

/// A model in memory: its spec and its packed weights. Immutable, and shared by all backends that run it.
package final class Model: Sendable {
    package let spec: ModelSpec
    /// Identifies spec and weights: architecture, sizes and a 64-bit hash over every tensor's name, type, shape
    /// and sampled bytes. Part of the key of a KV block.
    package let fingerprint: String
    let weights: ModelWeights
    /// What the weights were packed from.
    let source: CheckedTensors

    /// Reads a checkpoint's config and checks it against the names, types and shapes of its tensors. Weights are
    /// not read.
    ///
    /// - Throws: `ModelError` naming the field or tensor, what it is and what it should be.
    package static func spec(of checkpoint: Checkpoint) throws(ModelError) -> ModelSpec {
        let spec = try Families.spec(of: checkpoint)
        let tensors = CheckedTensors(checkpoint)
        for ref in spec.tensors { _ = try tensors.tensor(ref) }
        try tensors.checkAllUsed(by: spec.tensors)
        return spec
    }

    /// Reads a checkpoint's config, checks it against its tensors and packs the weights.
    ///
    /// - Parameter threads: threads that pack; the calling one is among them.
    /// - Throws: `ModelError` naming the field or tensor, what it is and what it should be.
    package static func load(_ checkpoint: Checkpoint, threads: Int = 2) throws(ModelError) -> Model {
        let spec = try spec(of: checkpoint)
        let tensors = CheckedTensors(checkpoint)
        let all = try spec.tensors.map { ref throws(ModelError) in try tensors.tensor(ref) }
        guard let pool = gk_pool_create(min(max(1, threads), CPUDevice.maximumThreads)) else { throw .threads(threads) }
        defer { gk_pool_destroy(pool) }
        let fingerprint = Fingerprint(spec, all).text
        let weights = try ModelWeights(spec, tensors: tensors, pool: pool)
        return Model(spec: spec, fingerprint: fingerprint, weights: weights, source: tensors)
    }

    /// Bytes of the packed weights in memory.
    package var byteCount: Int { weights.byteCount }

    private init(spec: ModelSpec, fingerprint: String, weights: ModelWeights, source: CheckedTensors) {
        self.spec = spec
        self.fingerprint = fingerprint
        self.weights = weights
        self.source = source
    }
}
