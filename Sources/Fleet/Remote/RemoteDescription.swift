package import OpenAI

/// What a worker said of itself, or what is known of an engine that cannot say.
package struct RemoteDescription: Sendable, Equatable {
    package var worker: WorkerDescription
    package var abilities: RemoteAbilities

    package init(worker: WorkerDescription, abilities: RemoteAbilities) {
        self.worker = worker
        self.abilities = abilities
    }
}

/// What can be relied on at a worker; the worker protocol gives all of it, other engines a part.
package struct RemoteAbilities: Sendable, Equatable {
    /// An answer goes on token for token. Else it goes on as the text so far, and may differ from an undisturbed one.
    package var resumesExactly: Bool
    /// Each delta carries its token ids.
    package var reportsTokenIDs: Bool
    /// The number of cached prompt tokens is known.
    package var reportsCachedTokens: Bool
    /// It streams its load; else its metrics are asked for now and then.
    package var reportsLoad: Bool

    package init(resumesExactly: Bool, reportsTokenIDs: Bool, reportsCachedTokens: Bool, reportsLoad: Bool) {
        self.resumesExactly = resumesExactly
        self.reportsTokenIDs = reportsTokenIDs
        self.reportsCachedTokens = reportsCachedTokens
        self.reportsLoad = reportsLoad
    }

    /// A worker of ours.
    package static let all = RemoteAbilities(
        resumesExactly: true, reportsTokenIDs: true, reportsCachedTokens: true, reportsLoad: true)
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
