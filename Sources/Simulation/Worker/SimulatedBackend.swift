package import Models

/// A backend that computes nothing and takes its time: a step lasts as long as the profile says for its batch, and
/// its logits are `SimulatedLanguage`'s.
///
/// What real KV blocks hold, bytes that depend on a whole prefix, is here the language's state behind each token. So
/// a stale, foreign or lost block gives wrong text here as there.
package final class SimulatedBackend: Backend {
    package let spec: ModelSpec
    package let fingerprint: String
    package let blockTokens: Int
    package let blockCount: Int
    package let bytesPerBlock: Int
    private let profile: DeviceProfile
    private let language: SimulatedLanguage
    private let clock: any DeviceClock
    /// `[blocks × blockTokens]`
    private var states: [UInt64]
    /// Steps begun since the start.
    private var steps = 0

    /// - Parameter model: what it is called; the same says the same things on every device.
    package init(
        profile: DeviceProfile, model: String, blockTokens: Int = 16, clock: any DeviceClock = SystemDeviceClock()
    ) {
        let vocabulary = SimulatedVocabulary.count
        let embedding = TensorRef("embedding", vocabulary, 1)
        spec = ModelSpec(
            architecture: "simulated", vocabularySize: vocabulary, hiddenSize: 1,
            contextLength: profile.contextTokens, embedding: embedding, layers: [],
            finalNorm: NormSpec(weight: TensorRef("norm", 1), epsilon: 1e-5), output: embedding)
        fingerprint = "simulated \(profile.meanAnswerTokens) \(model)"
        self.profile = profile
        self.blockTokens = blockTokens
        self.clock = clock
        language = SimulatedLanguage(model: model, meanAnswerTokens: profile.meanAnswerTokens)
        blockCount = max(1, profile.kvTokens / blockTokens)
        bytesPerBlock = blockTokens * MemoryLayout<UInt64>.stride
        states = Array(repeating: 0, count: blockCount * blockTokens)
    }

    package func forward(
        _ batch: borrowing RaggedBatch, into logits: Logits, shouldAbandon: () -> Bool
    ) throws(BackendError) {
        for (number, slice) in batch.slices.enumerated() { try check(slice, number) }
        try pass(StepShape(batch), shouldAbandon: shouldAbandon)
        var row = logits.begin(rows: batch.logitRowCount)
        for slice in batch.slices { run(slice, into: &row) }
    }

    package func copyBlock(from source: Int32, to target: Int32) {
        let count = blockTokens
        for offset in 0..<count { states[Int(target) * count + offset] = states[Int(source) * count + offset] }
    }

    // MARK: Time

    /// Lets a step's time pass, or what happens instead.
    private func pass(_ shape: StepShape, shouldAbandon: () -> Bool) throws(BackendError) {
        if steps == profile.faults.exitAfterSteps { clock.die() }
        let isHung = profile.faults.hangAfterSteps.map { steps >= $0 } ?? false
        let seconds = isHung ? Double.infinity : profile.seconds(for: shape, step: steps)
        let fails = profile.fails(step: steps)
        steps += 1
        guard clock.wait(until: clock.now + seconds, shouldAbandon: shouldAbandon) else { throw .abandoned }
        if fails { throw .device("simulated failure of step \(steps)") }
    }

    // MARK: Tokens

    private func run(_ slice: SequenceSlice, into row: inout UnsafeMutablePointer<Float>) {
        var state = slice.position == 0 ? language.root : states[place(slice.position - 1, slice.blocks)]
        for (offset, token) in slice.tokens.enumerated() {
            state = language.state(after: token, state)
            states[place(slice.position + offset, slice.blocks)] = state
            let isLast = offset == slice.tokens.count - 1
            guard slice.logits == .all || (slice.logits == .last && isLast) else { continue }
            language.fill(row, state: state, last: token)
            row += spec.vocabularySize
        }
    }

    private func place(_ position: Int, _ blocks: [Int32]) -> Int {
        Int(blocks[position / blockTokens]) * blockTokens + position % blockTokens
    }

    private func check(_ slice: SequenceSlice, _ number: Int) throws(BackendError) {
        guard !slice.tokens.isEmpty else { throw .emptySlice(slice: number) }
        let end = slice.position + slice.tokens.count
        guard slice.position >= 0, end <= spec.contextLength else {
            throw .position(
                first: slice.position, count: slice.tokens.count, slice: number, contextLength: spec.contextLength)
        }
        let needed = (end + blockTokens - 1) / blockTokens
        guard slice.blocks.count >= needed else {
            throw .shortBlockTable(blocks: slice.blocks.count, needed: needed, slice: number)
        }
        if let block = slice.blocks.first(where: { !(0..<Int32(blockCount)).contains($0) }) {
            throw .block(block, slice: number, blockCount: blockCount)
        }
        if let token = slice.tokens.first(where: { !(0..<Int32(spec.vocabularySize)).contains($0) }) {
            throw .token(token, slice: number, vocabularySize: spec.vocabularySize)
        }
    }
}
