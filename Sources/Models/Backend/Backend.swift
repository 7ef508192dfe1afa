/// Runs a model on a device. Owned by one engine thread, which alone calls it: not `Sendable`.
///
/// Bits: a row of logits depends on its own sequence's tokens alone, never on what else is in the step, on how
/// its prompt was cut into slices, on which blocks hold it, or on the number of threads.
package protocol Backend: AnyObject {
    var spec: ModelSpec { get }
    /// Identifies what a KV block's bytes mean: spec, weights and the type keys and values are stored in.
    /// Equal fingerprints give equal blocks for equal tokens, on any machine.
    var fingerprint: String { get }
    /// Tokens in a KV block.
    var blockTokens: Int { get }
    /// Blocks in the KV store, numbered from 0.
    var blockCount: Int { get }
    /// Bytes of one KV block over all layers.
    var bytesPerBlock: Int { get }

    /// Runs one step and fills `logits`, rows in batch order.
    ///
    /// `shouldAbandon` is asked before every layer and every few milliseconds inside one (safepoints). Once it says true
    /// the step throws `.abandoned`: keys and values at the step's positions are then undefined and must be computed again;
    /// everything before them is untouched. A batch refused with any other error has changed nothing.
    func forward(
        _ batch: borrowing RaggedBatch, into logits: Logits, shouldAbandon: () -> Bool
    ) throws(BackendError)

    /// Copies the bytes of a KV block over all layers, as for a sequence that forks inside a block.
    func copyBlock(from source: Int32, to target: Int32)

    /// Gives back to the system all memory that can be made again: weights, scratch, and the bytes of every KV block,
    /// which are lost. No step runs until `restoreMemory`.
    func releaseMemory()

    /// Makes what was released again; without a release it does nothing.
    ///
    /// - Throws: `.abandoned` when `shouldAbandon` said true meanwhile, `.device` when it cannot be done now. Then it
    ///   is as it was, and may be tried again.
    func restoreMemory(shouldAbandon: () -> Bool) throws(BackendError)
}

extension Backend {
    /// Nothing, for a device that has no memory worth the name.
    package func releaseMemory() {}

    package func restoreMemory(shouldAbandon: () -> Bool) throws(BackendError) {}
}
