import Glibc

/// What the duration of a step depends on.
package struct StepShape: Sendable, Equatable {
    /// Sequences in the step.
    package var sequences = 0
    /// Tokens of the step beyond one a sequence: all but the last of a chunk of prefill.
    package var prefillTokens = 0
    /// Tokens in the contexts of the sequences, those of the step included.
    package var contextTokens = 0

    package init(sequences: Int = 0, prefillTokens: Int = 0, contextTokens: Int = 0) {
        self.sequences = sequences
        self.prefillTokens = prefillTokens
        self.contextTokens = contextTokens
    }

    /// - Parameters:
    ///   - tokens: of a sequence in this step.
    ///   - end: position behind the last of them.
    package mutating func add(tokens: Int, end: Int) {
        sequences += 1
        prefillTokens += tokens - 1
        contextTokens += end
    }
}

extension DeviceProfile {
    /// How long a step takes that nothing disturbs, in seconds.
    package func seconds(for shape: StepShape) -> Double {
        let declared =
            stepSeconds + Double(shape.sequences) * secondsPerSequence
            + Double(shape.contextTokens) * secondsPerContextToken
            + Double(shape.prefillTokens) / prefillTokensPerSecond
        return declared / speed
    }

    /// How long step number `step` takes, in seconds: the same for the same profile, whoever asks.
    package func seconds(for shape: StepShape, step: Int) -> Double { seconds(for: shape) * jitterFactor(step: step) }

    /// Log-normal with mean 1: exp(σz - σ²/2), z by Box and Muller's transform (1958).
    private func jitterFactor(step: Int) -> Double {
        guard jitter > 0 else { return 1 }
        // 1 - u is never 0.
        let radius = (-2 * log(1 - SplitMix.uniform(seed: seed, place: 2 * step))).squareRoot()
        let angle = 2 * Double.pi * SplitMix.uniform(seed: seed, place: 2 * step + 1)
        return exp(jitter * radius * cos(angle) - jitter * jitter / 2)
    }

    /// Whether step number `step` fails.
    package func fails(step: Int) -> Bool {
        faults.failureRate > 0 && SplitMix.uniform(seed: ~seed, place: step) < faults.failureRate
    }
}
