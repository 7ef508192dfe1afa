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
}

/// What requests need to know of a model.
package struct KnownModel: Sendable, Equatable {
    /// Prompt and answer together, in tokens.
    var contextLength: Int
    /// Nil when the worker does not say.
    var vocabularySize: Int?

    package init(contextLength: Int, vocabularySize: Int? = nil) {
        self.contextLength = contextLength
        self.vocabularySize = vocabularySize
    }
}
