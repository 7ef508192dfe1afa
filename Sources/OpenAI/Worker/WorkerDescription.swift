/// What a worker says of itself once: what it is, what it serves, and how fast it claims to be.
package struct WorkerDescription: Sendable, Equatable {
    /// As `Worker.id`.
    package var id: String
    /// Workers of one kind are equally fast: the device and how the model is stored there, such as `h100-fp8`.
    package var kind: String
    package var models: [Model]
    /// Nil: to be learned.
    package var profile: SpeedProfile?

    package init(id: String, kind: String, models: [Model], profile: SpeedProfile? = nil) {
        self.id = id
        self.kind = kind
        self.models = models
        self.profile = profile
    }

    /// A model and the room that the worker has for it.
    package struct Model: Sendable, Equatable {
        package var card: ModelCard
        /// Sequences that run at once.
        package var maximumSequences: Int
        /// Sequences that may wait at the worker.
        package var maximumWaiting: Int
        /// Tokens that the KV cache holds.
        package var kvTokens: Int
        /// Token ids are below this; nil: unknown.
        package var vocabularySize: Int?

        package init(
            card: ModelCard, maximumSequences: Int, maximumWaiting: Int, kvTokens: Int, vocabularySize: Int? = nil
        ) {
            self.card = card
            self.maximumSequences = maximumSequences
            self.maximumWaiting = maximumWaiting
            self.kvTokens = kvTokens
            self.vocabularySize = vocabularySize
        }
    }
}

/// The speed of a device in four numbers. A step takes
/// `stepSeconds + sequences * secondsPerSequence + contextTokens * secondsPerContextToken`, and a prompt token
/// `1 / prefillTokensPerSecond` more.
package struct SpeedProfile: Sendable, Equatable {
    package var prefillTokensPerSecond: Double
    package var stepSeconds: Double
    package var secondsPerSequence: Double
    package var secondsPerContextToken: Double

    package init(
        prefillTokensPerSecond: Double, stepSeconds: Double, secondsPerSequence: Double = 0,
        secondsPerContextToken: Double = 0
    ) {
        self.prefillTokensPerSecond = prefillTokensPerSecond
        self.stepSeconds = stepSeconds
        self.secondsPerSequence = secondsPerSequence
        self.secondsPerContextToken = secondsPerContextToken
    }
}
