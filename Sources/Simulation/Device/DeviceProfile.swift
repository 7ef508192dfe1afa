package import OpenAI

/// How fast a simulated device is and how much it holds: a GPU server as a handful of numbers.
package struct DeviceProfile: Sendable, Equatable {
    /// Workers of one kind are equally fast; this is the kind's name.
    package var name: String

    // MARK: Speed

    /// Prompt tokens a second, beside the time that a step takes anyway.
    package var prefillTokensPerSecond: Double
    /// A step with nothing in it: the weights are read once.
    package var stepSeconds: Double
    /// More for each sequence in a step.
    package var secondsPerSequence = 0.0
    /// More for each token in the contexts of the sequences in a step: their keys and values are read.
    package var secondsPerContextToken = 0.0
    /// How fast the device is compared to what the numbers above, which it declares, say; 0.5 takes twice as long.
    package var speed = 1.0
    /// Standard deviation of the logarithm of a step's time; the mean stays what the numbers above say.
    package var jitter = 0.0
    /// Seed of the jitter and of the faults.
    package var seed = 1
    /// Time from start to the first request.
    package var loadSeconds = 0.0

    // MARK: Size

    /// Tokens that the KV cache holds.
    package var kvTokens: Int
    /// Prompt and answer together.
    package var contextTokens = 131_072
    /// Sequences that run at once.
    package var maximumSequences = 256
    /// Sequences that may wait.
    package var maximumWaiting = 1024
    /// Tokens in one step.
    package var batchTokens = 8192

    // MARK: Behaviour

    /// Mean length of an answer that nothing else ends. Part of the model rather than of the device: workers that
    /// are to continue each other's answers need the same.
    package var meanAnswerTokens = 200.0
    package var faults = Faults()

    package init(name: String, prefillTokensPerSecond: Double, stepSeconds: Double, kvTokens: Int) {
        self.name = name
        self.prefillTokensPerSecond = prefillTokensPerSecond
        self.stepSeconds = stepSeconds
        self.kvTokens = kvTokens
    }

    /// What a worker with this device says of itself; nothing of `speed` and `jitter`, which are to be found out.
    package var declared: SpeedProfile {
        SpeedProfile(
            prefillTokensPerSecond: prefillTokensPerSecond, stepSeconds: stepSeconds,
            secondsPerSequence: secondsPerSequence, secondsPerContextToken: secondsPerContextToken)
    }
}

/// What goes wrong with a simulated device. Steps count from the start of the worker.
package struct Faults: Sendable, Equatable {
    /// The part of the steps that fail, with all of their sequences; 0...1.
    package var failureRate = 0.0
    /// The step after this many does not end.
    package var hangAfterSteps: Int?
    /// After this many steps the process is gone.
    package var exitAfterSteps: Int?

    package init(failureRate: Double = 0, hangAfterSteps: Int? = nil, exitAfterSteps: Int? = nil) {
        self.failureRate = failureRate
        self.hangAfterSteps = hangAfterSteps
        self.exitAfterSteps = exitAfterSteps
    }
}
