/// What a gateway sees of its fleet, for those who decide how large the fleet is. Ages are seconds before the report.
package struct FleetReport: Sendable, Equatable {
    /// Tells this gateway from others, and from itself after a restart.
    package var gateway: String
    package var models: [Model]
    package var workers: [Worker]
    /// Workers that went lately, the latest last.
    package var departures: [Departure]

    package init(
        gateway: String, models: [Model] = [], workers: [Worker] = [], departures: [Departure] = []
    ) {
        self.gateway = gateway
        self.models = models
        self.workers = workers
        self.departures = departures
    }

    /// What is asked of a model here, and what is served of it.
    package struct Model: Sendable, Equatable {
        package var id: String
        /// Answers that wait for a worker, those included whose model no worker has.
        package var waiting = 0
        /// Tokens that these answers are expected to have.
        package var waitingTokens = 0.0
        /// Tokens a second expected of answers that were turned away, or waited for too long.
        package var refusedTokensPerSecond = 0.0
        /// Generated tokens a second that go to clients.
        package var servedTokensPerSecond = 0.0
        /// Prompt tokens a second that come with them.
        package var promptTokensPerSecond = 0.0

        package init(id: String) { self.id = id }
    }

    /// One worker, as far as this gateway uses it.
    package struct Worker: Sendable, Equatable {
        /// What it was found under: its pod's UID, or its place in a list.
        package var name: String
        package var url: String
        package var kind: String
        package var models: [String]
        /// Answers of this gateway that run on it.
        package var streams = 0
        /// Tokens of their prompts and of themselves so far.
        package var liveTokens = 0
        /// Tokens in its prefix cache, by its own word.
        package var cachedTokens = 0
        /// Generated tokens a second that come from it to this gateway.
        package var tokensPerSecond = 0.0
        /// It had no room for more, by its own word, whenever it was looked at lately: it is as fast as it can be.
        package var isFull = false

        package init(name: String, url: String, kind: String, models: [String]) {
            self.name = name
            self.url = url
            self.kind = kind
            self.models = models
        }
    }

    /// A worker that went, and what became of this gateway's answers on it.
    package struct Departure: Sendable, Equatable {
        package var name: String
        package var url: String
        /// The first sign that it would go.
        package var age: Double
        /// When it said that it takes nothing new; nil: it did not.
        package var drainedAge: Double?
        /// When its connections had ended; nil: they have not.
        package var goneAge: Double?
        /// Answers that went on elsewhere or wait to.
        package var streamsMoved = 0
        /// Those of them that it gave back of its own accord.
        package var streamsReported = 0
        /// Tokens that were computed anew for them.
        package var tokensReplayed = 0
        /// Seconds until the next token, of the one that waited longest; nil: none has gone on yet.
        package var longestPause: Double?

        package init(name: String, url: String, age: Double) {
            self.name = name
            self.url = url
            self.age = age
        }
    }
}
