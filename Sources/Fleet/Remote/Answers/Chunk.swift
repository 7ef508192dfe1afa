import OpenAI

/// What one event of a completion stream says.
struct Chunk: Sendable, Equatable {
    /// The part of a choice.
    struct Choice: Sendable, Equatable {
        var text = ""
        /// Nil when the engine does not say.
        var tokenIDs: [Int32]?
        var tokens: [GeneratedToken] = []
        /// The engine's word; nil = it goes on.
        var finish: String?
    }

    struct Usage: Sendable, Equatable {
        var promptTokens: Int
        var completionTokens: Int
        /// Nil when the engine does not say.
        var cachedTokens: Int?
    }

    /// The `timings` member of llama-server.
    struct Timings: Sendable, Equatable {
        var cachedTokens: Int?
        var generatedTokens: Int?
    }

    /// The `gleaner` member of a worker of ours.
    struct Extension: Sendable, Equatable {
        var promptTokens: Int?
        var cachedTokens: Int?
        var shown: Int?
        var share: GenerationTotals.Share?
    }

    var model: String?
    var choice: Choice?
    var usage: Usage?
    /// What llama-server says of an answer as it grows.
    var timings = Timings()
    var own = Extension()
}
