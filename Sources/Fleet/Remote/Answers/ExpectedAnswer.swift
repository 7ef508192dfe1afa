package import OpenAI

/// What is known of an answer before it comes; whatever says otherwise is broken.
package struct ExpectedAnswer: Sendable {
    var model: String
    var promptTokens: Int
    /// Tokens of the answer that were generated elsewhere; all counts start with them.
    var resumedTokens: Int
    /// The most tokens that the answer can have, resumed ones included.
    var maximumTokens: Int
    /// Token ids are below this.
    var vocabularySize: Int

    /// Alternatives that were asked for with each token; nil = no log probabilities at all.
    var topLogprobs: Int?
    /// An engine that looks for stop texts holds back text without a word of how much: the tokens that it told would be
    /// ahead of the text that is out.
    let hidesTokens: Bool
    /// What may come before the first new token: text of resumed ones that was held back where they were generated.
    private let maximumHeldBackBytes: Int

    /// Text that a token can bring: the longest tokens of vocabularies have some hundred bytes.
    private static let maximumBytesPerToken = 4 << 10
    /// Chunks that bring neither tokens nor a higher count: an endless stream of them is no answer.
    static let maximumIdleChunks = 1000

    /// - Parameter model: nil when the worker does not describe the request's model.
    package init(_ request: GenerationRequest, promptTokens: Int, model: KnownModel?) {
        self.model = request.model
        self.promptTokens = promptTokens
        resumedTokens = request.resumed.count
        let room = model.map { max($0.contextLength - promptTokens, 1) }
        maximumTokens = min(request.maxTokens ?? .max, room ?? .max)
        vocabularySize = model?.vocabularySize ?? Int(Int32.max)
        topLogprobs = request.topLogprobs
        hidesTokens = !request.stop.isEmpty
        let longestStop = request.stop.reduce(0) { max($0, $1.utf8.count) }
        maximumHeldBackBytes = request.resumed.isEmpty ? 0 : Self.maximumBytesPerToken + longestStop
    }

    func check(_ ids: [Int32]) throws(RemoteFailure) {
        for id in ids where id < 0 || Int(id) >= vocabularySize {
            throw .broken("it sent the token \(id), which is not in the model's vocabulary of \(vocabularySize)")
        }
    }

    func check(count: Int) throws(RemoteFailure) {
        guard count <= maximumTokens else {
            throw .broken("it sent more than the \(maximumTokens) tokens that were asked for")
        }
    }

    /// A client may read slowly what a worker writes fast: what is kept for it is bounded by the tokens it pays.
    ///
    /// - Parameters:
    ///   - textBytes: of the answer from this worker.
    ///   - numTokens: as far as they are known, resumed ones included.
    func check(textBytes: Int, numTokens: Int) throws(RemoteFailure) {
        let newTokens = numTokens - resumedTokens
        guard textBytes <= Self.maximumBytesPerToken * newTokens + maximumHeldBackBytes else {
            throw .broken("it sent \(textBytes) bytes of text for \(newTokens) tokens")
        }
    }

    /// - Parameter count: of the tokens that they can belong to.
    func check(_ tokens: [GeneratedToken], count: Int) throws(RemoteFailure) {
        guard tokens.count <= (topLogprobs == nil ? 0 : count) else {
            throw .broken(
                "it sent \(tokens.count) log probabilities for \(count) tokens, and they were "
                    + "\(topLogprobs == nil ? "not " : "")asked for")
        }
        for token in tokens {
            guard token.top.count <= topLogprobs ?? 0 else {
                throw .broken("it sent \(token.top.count) alternatives where \(topLogprobs ?? 0) were asked for")
            }
            guard ([token.token] + token.top).allSatisfy({ $0.bytes.count <= Self.maximumBytesPerToken }) else {
                throw .broken("it sent a token of more than \(Self.maximumBytesPerToken) bytes")
            }
        }
    }

    /// What a worker says that it did for the sequence cannot be more than what was sent, to it and by it.
    ///
    /// - Parameter numTokens: of the answer, resumed ones included.
    func check(_ share: GenerationTotals.Share, numTokens: Int) throws(RemoteFailure) {
        let (sent, generated) = (promptTokens + resumedTokens, numTokens - resumedTokens)
        guard share.prefilledTokens <= sent, share.generatedTokens <= generated else {
            throw .broken(
                "it counts a work of \(share.prefilledTokens) + \(share.generatedTokens) tokens where "
                    + "\(sent) + \(generated) were sent")
        }
    }
}

/// What requests need to know of a model.
package struct KnownModel: Sendable, Equatable {
    /// A worker that serves more is no worker: each of them is kept, and measured, for as long as the gateway lives.
    static let maximumModels = 256
    static let maximumNameBytes = 200

    /// Prompt and answer together, in tokens.
    var contextLength: Int
    /// Nil when the worker does not say.
    var vocabularySize: Int?

    package init(contextLength: Int, vocabularySize: Int? = nil) {
        self.contextLength = contextLength
        self.vocabularySize = vocabularySize
    }
}
