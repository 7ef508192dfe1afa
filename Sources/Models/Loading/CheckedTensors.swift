import CKernels
import Weights

/// The tensors of a checkpoint as a spec asks for them: found, and of the right shape.
struct CheckedTensors {
    private let checkpoint: Checkpoint

    init(_ checkpoint: Checkpoint) {
        self.checkpoint = checkpoint
    }

    func tensor(_ ref: TensorRef) throws(ModelError) -> Tensor {
        let tensor = try weights { () throws(WeightsError) in try checkpoint.tensor(ref.name) }
        guard tensor.shape == ref.shape else {
            throw .shape(tensor: ref.name, found: tensor.shape, expected: ref.shape)
        }
        return tensor
    }

    func matrix(_ ref: TensorRef, pool: OpaquePointer) throws(ModelError) -> PackedMatrix {
        let tensor = try tensor(ref)
        guard !gk_pool_is_stopped(pool) else { throw .abandoned }
        let matrix = try weights { () throws(WeightsError) in try PackedMatrix(tensor, pool: pool) }
        guard !gk_pool_is_stopped(pool) else { throw .abandoned }
        return matrix
    }

    func vector(_ ref: TensorRef) throws(ModelError) -> FloatVector { FloatVector(try floats(ref)) }

    func floats(_ ref: TensorRef) throws(ModelError) -> [Float] {
        let tensor = try tensor(ref)
        return try weights { () throws(WeightsError) in try tensor.floats() }
    }

    /// Refuses a checkpoint with weights that the spec would leave out: its answers would be wrong, silently.
    func checkAllUsed(by refs: [TensorRef]) throws(ModelError) {
        let used = Set(refs.map(\.name))
        let ignored = { (name: String) in
            // Old Llama checkpoints store what every reader computes; some save the tied output beside the embedding.
            name.hasSuffix("rotary_emb.inv_freq") || name == TensorNames.huggingFace.output
        }
        if let name = checkpoint.tensorNames.first(where: { !used.contains($0) && !ignored($0) }) {
            throw .unusedTensor(name)
        }
    }

    private func weights<T>(_ body: () throws(WeightsError) -> T) throws(ModelError) -> T {
        do { return try body() } catch { throw .weights(error) }
    }
}
