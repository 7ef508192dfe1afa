import JSON

/// Writes an answer as server-sent events: constant bytes around the escaped text, because this runs once for
/// each token of every stream.
package struct ChunkWriter: Sendable {
    private let endpoint: Endpoint
    private let opening: [UInt8]
    /// What follows `choices`: other chunks than the last say `"usage":null` when the usage was asked for.
    private let closing: [UInt8]
    private let includesUsage: Bool
    private let hasLogprobs: Bool
    private var progress: GenerationProgress
    private var hasRole: [Bool]
    /// Where the next token of each choice begins in its text; only `/v1/completions` reports it.
    private var offsets: [Int]

    package init(request: CompletionRequest, head: AnswerHead) {
        endpoint = request.endpoint
        opening = Array("data: ".utf8) + head.opening(object: endpoint.chunkObject)
        closing = Array((request.includesUsage ? "],\"usage\":null}\n\n" : "]}\n\n").utf8)
        includesUsage = request.includesUsage
        hasLogprobs = request.generation.topLogprobs != nil
        progress = GenerationProgress(numChoices: request.generation.numChoices)
        hasRole = Array(repeating: endpoint == .completions, count: request.generation.numChoices)
        offsets = Array(repeating: 0, count: request.generation.numChoices)
    }

    package var usage: Usage { progress.usage }

    /// Appends the events that one event of the worker becomes: none, one, or two.
    package mutating func append(_ event: GenerationEvent, to bytes: inout [UInt8]) throws(APIError) {
        try progress.note(event)
        switch event {
        case .started, .served: break
        case .delta(let choice, let text, _, let tokens, _):
            appendRole(choice, to: &bytes)
            guard !text.isEmpty || (hasLogprobs && !tokens.isEmpty) else { return }
            appendDelta(choice, text: text, tokens: tokens, to: &bytes)
        case .finished(let choice, let reason, _):
            appendRole(choice, to: &bytes)
            appendFinish(choice, reason: reason, to: &bytes)
        }
    }

    /// Appends the usage, if it was asked for, and `[DONE]`; throws when a choice is unfinished.
    package func appendEnd(to bytes: inout [UInt8]) throws(APIError) {
        try progress.checkComplete()
        if includesUsage {
            bytes.append(contentsOf: opening)
            bytes.append(contentsOf: #"[],"usage":"#.utf8)
            progress.usage.append(to: &bytes)
            bytes.append(contentsOf: "}\n\n".utf8)
        }
        bytes.append(contentsOf: "data: [DONE]\n\n".utf8)
    }

    /// Appends the error that ends a broken stream. No `[DONE]` follows it: the answer is not whole.
    package static func append(_ error: APIError, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "data: ".utf8)
        error.appendBody(to: &bytes)
        bytes.append(contentsOf: "\n\n".utf8)
    }

    // MARK: One chunk each

    /// The role stands in the first delta of each choice, and nowhere else.
    private mutating func appendRole(_ choice: Int, to bytes: inout [UInt8]) {
        guard !hasRole[choice] else { return }
        hasRole[choice] = true
        appendOpening(choice, to: &bytes)
        bytes.append(
            contentsOf: #","delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}"#.utf8)
        bytes.append(contentsOf: closing)
    }

    private mutating func appendDelta(
        _ choice: Int, text: String, tokens: [GeneratedToken], to bytes: inout [UInt8]
    ) {
        appendOpening(choice, to: &bytes)
        switch endpoint {
        case .chatCompletions:
            bytes.append(contentsOf: #","delta":{"content":"#.utf8)
            JSON.appendQuoted(text, to: &bytes)
            bytes.append(UInt8(ascii: "}"))
        case .completions:
            bytes.append(contentsOf: #","text":"#.utf8)
            JSON.appendQuoted(text, to: &bytes)
        }
        bytes.append(contentsOf: #","logprobs":"#.utf8)
        appendLogprobs(choice, tokens: tokens, to: &bytes)
        bytes.append(contentsOf: #","finish_reason":null}"#.utf8)
        bytes.append(contentsOf: closing)
    }

    private mutating func appendLogprobs(_ choice: Int, tokens: [GeneratedToken], to bytes: inout [UInt8]) {
        guard hasLogprobs else { return bytes.append(contentsOf: "null".utf8) }
        switch endpoint {
        case .chatCompletions: Logprobs.append(chat: tokens, to: &bytes)
        case .completions: Logprobs.append(completion: tokens, offset: &offsets[choice], to: &bytes)
        }
    }

    private func appendFinish(_ choice: Int, reason: FinishReason, to bytes: inout [UInt8]) {
        appendOpening(choice, to: &bytes)
        bytes.append(contentsOf: (endpoint == .chatCompletions ? #","delta":{}"# : #","text":"""#).utf8)
        bytes.append(contentsOf: #","logprobs":null,"finish_reason":""#.utf8)
        bytes.append(contentsOf: reason.rawValue.utf8)
        bytes.append(contentsOf: "\"}".utf8)
        bytes.append(contentsOf: closing)
    }

    private func appendOpening(_ choice: Int, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: opening)
        bytes.append(contentsOf: #"[{"index":"#.utf8)
        bytes.append(contentsOf: String(choice).utf8)
    }
}
