/// What a gateway knows of one worker's model at the moment of a decision.
package struct WorkerPicture: Sendable, Equatable {
    package var key: WorkerKey
    package var kind: WorkerKind
    package var capacity: Capacity
    /// As the worker reported last.
    package var load: Load
    /// What this gateway sent after that report was made and the report therefore does not show.
    package var dispatched: Dispatched
    /// Sequences of this gateway that are at the worker, in its last report or not.
    package var inFlight: Int
    package var isDraining: Bool
    package var isReachable: Bool

    package init(
        key: WorkerKey, kind: WorkerKind, capacity: Capacity, load: Load = Load(),
        dispatched: Dispatched = Dispatched(),
        inFlight: Int = 0, isDraining: Bool = false, isReachable: Bool = true
    ) {
        self.key = key
        self.kind = kind
        self.capacity = capacity
        self.load = load
        self.dispatched = dispatched
        self.inFlight = inFlight
        self.isDraining = isDraining
        self.isReachable = isReachable
    }

    /// The room that a worker has for a model, as it declares it.
    package struct Capacity: Sendable, Equatable {
        /// Sequences that run at once.
        package var maximumSequences: Int
        /// Sequences that may wait at the worker.
        package var maximumWaiting: Int
        /// Tokens that the KV cache holds; 0 = unknown.
        package var kvTokens: Int

        package init(maximumSequences: Int, maximumWaiting: Int, kvTokens: Int) {
            self.maximumSequences = Bounds.count(maximumSequences)
            self.maximumWaiting = Bounds.count(maximumWaiting)
            self.kvTokens = Bounds.count(kvTokens)
        }
    }

    /// A report of a worker. What comes from outside may be anything: every number is brought into its range.
    package struct Load: Sendable, Equatable {
        /// Sequences that take part in steps.
        package let running: Int
        /// Sequences that were taken and do not run yet.
        package let waiting: Int
        /// The part of the KV cache that sequences use, 0...1.
        package let kvUsage: Double
        /// Tokens of prompts, of sequences waiting or running, that have still to be computed.
        package let pendingPrefillTokens: Int
        /// Tokens in the contexts of the running sequences.
        package let contextTokens: Int
        /// Steps since the worker's start.
        package let steps: Int
        /// Seconds since the report came.
        package var age: Double

        package init(
            running: Int = 0, waiting: Int = 0, kvUsage: Double = 0, pendingPrefillTokens: Int = 0,
            contextTokens: Int = 0, steps: Int = 0, age: Double = 0
        ) {
            self.running = Bounds.count(running)
            self.waiting = Bounds.count(waiting)
            self.kvUsage = Bounds.share(kvUsage)
            self.pendingPrefillTokens = Bounds.count(pendingPrefillTokens)
            self.contextTokens = Bounds.count(contextTokens)
            self.steps = steps
            self.age = Bounds.seconds(age)
        }
    }

    /// Work that this gateway has sent and the worker's last report does not show.
    package struct Dispatched: Sendable, Equatable {
        package var sequences: Int
        package var promptTokens: Int
        /// Tokens of those prompts that the worker had to compute.
        package var uncachedTokens: Int

        package init(sequences: Int = 0, promptTokens: Int = 0, uncachedTokens: Int = 0) {
            self.sequences = Bounds.count(sequences)
            self.promptTokens = Bounds.count(promptTokens)
            self.uncachedTokens = Bounds.count(uncachedTokens)
        }
    }
}

extension WorkerPicture {
    /// Sequences at the worker, running or not.
    package var sequences: Int { load.running + load.waiting + dispatched.sequences }

    /// Prompt tokens that the worker has still to compute.
    package var uncachedTokens: Int { load.pendingPrefillTokens + dispatched.uncachedTokens }

    /// Sequences that wait at the worker once its free places are taken.
    package var queued: Int { max(sequences - capacity.maximumSequences, 0) }

    /// Whether the worker may be given a request at all, however busy it is.
    package var isServing: Bool { isReachable && !isDraining }
}
