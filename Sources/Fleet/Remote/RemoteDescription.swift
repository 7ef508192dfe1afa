package import OpenAI

/// What a worker said of itself, or what is known of an engine that cannot say.
package struct RemoteDescription: Sendable, Equatable {
    package var worker: WorkerDescription
    /// Its reports tell each change of its load, its steps among it; an engine's are what its metrics say when asked.
    package var streamsLoad: Bool
    /// It goes on behind the tokens of another worker as that one would have (`GenerationRequest.resumed`); an engine
    /// takes them for prompt.
    package var resumesExactly: Bool

    package init(worker: WorkerDescription, streamsLoad: Bool, resumesExactly: Bool) {
        self.worker = worker
        self.streamsLoad = streamsLoad
        self.resumesExactly = resumesExactly
    }
}

/// One report of a worker's load.
package struct LoadReport: Sendable, Equatable {
    package var isDraining: Bool
    package var models: [Model]

    package init(isDraining: Bool, models: [Model]) {
        self.isDraining = isDraining
        self.models = models
    }

    package struct Model: Sendable, Equatable {
        package var load: ModelLoad
        package var prefixes: PrefixChanges

        package init(load: ModelLoad, prefixes: PrefixChanges = PrefixChanges()) {
            self.load = load
            self.prefixes = prefixes
        }
    }
}

/// What changed in a worker's prefix cache, in digests of `PrefixChain`.
package struct PrefixChanges: Sendable, Equatable {
    /// Forget what was known of it first.
    package var isReset: Bool
    package var added: [UInt64]
    package var removed: [UInt64]

    package init(isReset: Bool = false, added: [UInt64] = [], removed: [UInt64] = []) {
        self.isReset = isReset
        self.added = added
        self.removed = removed
    }
}
