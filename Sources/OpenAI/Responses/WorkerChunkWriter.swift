import JSON

/// Writes the one sequence of a worker's answer for a gateway: each chunk has the ids of its tokens, and what a
/// gateway has to know beside the text stands in the member `gleaner`. As `ChunkWriter`, constant bytes around what
/// changes.
///
/// Text that was held back until the end comes without a token of its own (`GenerationEvent.delta`). It goes out in
/// one chunk with the finish reason: a gateway that saw the one without the other would have the next worker end the
/// answer once more, with this text again.
package struct WorkerChunkWriter: Sendable {
    /// Up to and with `"choices":`.
    private let opening: [UInt8]
    /// Up to and with the `"text":` of the one choice.
    private let textOpening: [UInt8]
    /// From the end of the choice up to and with `"gleaner":`.
    private let extensionOpening: [UInt8]
    private let ending: [UInt8]
    private let includesUsage: Bool
    private let hasLogprobs: Bool
    private var progress = GenerationProgress(numChoices: 1)
    private var last: Last?

    /// What goes out with the finish reason.
    private struct Last: Sendable {
        var text = ""
        var ids: [Int32] = []
        var tokens: [GeneratedToken] = []
        var shown = 0
    }

    /// - Parameter request: one choice, token ids asked for.
    package init(request: CompletionRequest, head: AnswerHead) {
        let usage = request.includesUsage ? #","usage":null"# : ""
        opening = Array("data: ".utf8) + head.opening(object: Endpoint.completions.chunkObject)
        textOpening = opening + Array(#"[{"index":0,"text":"#.utf8)
        extensionOpening = Array("]\(usage),\"gleaner\":".utf8)
        ending = Array("]\(usage)}\n\n".utf8)
        includesUsage = request.includesUsage
        hasLogprobs = request.generation.topLogprobs != nil
    }

    /// Appends the chunk that an event of the worker becomes.
    package mutating func append(_ event: GenerationEvent, to bytes: inout [UInt8]) throws(APIError) {
        try progress.note(event)
        switch event {
        case .served: break
        case .started:
            appendChoice(text: "", ids: [], tokens: [], to: &bytes)
            bytes.append(contentsOf: extensionOpening)
            bytes.append(contentsOf: #"{"prompt_tokens":"#.utf8)
            bytes.append(contentsOf: String(progress.usage.promptTokens).utf8)
            bytes.append(contentsOf: #","cached_tokens":"#.utf8)
            bytes.append(contentsOf: String(progress.usage.cachedTokens).utf8)
            bytes.append(contentsOf: "}}\n\n".utf8)
        case .delta(_, let text, let completionTokens, let tokens, let ids):
            guard last == nil, !ids.isEmpty else {
                return hold(text: text, ids: ids, tokens: tokens, shown: completionTokens)
            }
            appendChoice(text: text, ids: ids, tokens: tokens, to: &bytes)
            appendShown(completionTokens, to: &bytes)
        case .finished(_, let reason, _):
            let last = last ?? Last()
            appendChoice(text: last.text, ids: last.ids, tokens: last.tokens, reason: reason, to: &bytes)
            if self.last == nil { bytes.append(contentsOf: ending) } else { appendShown(last.shown, to: &bytes) }
        }
    }

    private mutating func hold(text: String, ids: [Int32], tokens: [GeneratedToken], shown: Int) {
        var held = last ?? Last()
        held.text += text
        held.ids += ids
        held.tokens += tokens
        held.shown = shown
        last = held
    }

    private func appendShown(_ count: Int, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: extensionOpening)
        bytes.append(contentsOf: #"{"shown":"#.utf8)
        bytes.append(contentsOf: String(count).utf8)
        bytes.append(contentsOf: "}}\n\n".utf8)
    }

    /// Appends the usage, if it was asked for, and `[DONE]`; throws when the sequence is unfinished.
    /// - Parameter totals: what the worker did; nil when it did not say.
    package func appendEnd(_ totals: GenerationTotals?, to bytes: inout [UInt8]) throws(APIError) {
        try progress.checkComplete()
        if includesUsage {
            bytes.append(contentsOf: opening)
            bytes.append(contentsOf: #"[],"usage":"#.utf8)
            progress.usage.append(to: &bytes)
            if let totals {
                let work =
                    #"{"prefilled_tokens":\#(totals.prefilledTokens),"generated_tokens":\#(totals.generatedTokens)}"#
                bytes.append(contentsOf: #","gleaner":\#(work)"#.utf8)
            }
            bytes.append(contentsOf: "}\n\n".utf8)
        }
        bytes.append(contentsOf: "data: [DONE]\n\n".utf8)
    }

    /// The opening and the choice. Log probabilities have the form of chats, which alone has the bytes of tokens.
    private func appendChoice(
        text: String, ids: [Int32], tokens: [GeneratedToken], reason: FinishReason? = nil, to bytes: inout [UInt8]
    ) {
        bytes.append(contentsOf: textOpening)
        JSON.appendQuoted(text, to: &bytes)
        bytes.append(contentsOf: #","token_ids":["#.utf8)
        for (place, id) in ids.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: String(id).utf8)
        }
        bytes.append(contentsOf: #"],"logprobs":"#.utf8)
        if hasLogprobs, !tokens.isEmpty {
            Logprobs.append(chat: tokens, to: &bytes)
        } else {
            bytes.append(contentsOf: "null".utf8)
        }
        guard let reason else { return bytes.append(contentsOf: #","finish_reason":null}"#.utf8) }
        bytes.append(contentsOf: #","finish_reason":""#.utf8)
        bytes.append(contentsOf: reason.rawValue.utf8)
        bytes.append(contentsOf: "\"}".utf8)
    }
}
