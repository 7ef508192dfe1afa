import JSON

/// Gathers the events of a generation into one whole answer.
package struct AnswerCollector: Sendable {
    private struct Choice {
        var text = ""
        var tokens: [GeneratedToken] = []
        var reason: FinishReason?
    }

    private let endpoint: Endpoint
    private let head: AnswerHead
    private let hasLogprobs: Bool
    private var choices: [Choice]
    private var progress: GenerationProgress

    package init(request: CompletionRequest, head: AnswerHead) {
        endpoint = request.endpoint
        self.head = head
        hasLogprobs = request.generation.topLogprobs != nil
        choices = Array(repeating: Choice(), count: request.generation.numChoices)
        progress = GenerationProgress(numChoices: request.generation.numChoices)
    }

    package var usage: Usage { progress.usage }

    package mutating func append(_ event: GenerationEvent) throws(APIError) {
        try progress.note(event)
        switch event {
        case .started, .served: break
        case .delta(let choice, let text, _, let tokens, _):
            choices[choice].text += text
            if hasLogprobs { choices[choice].tokens += tokens }
        case .finished(let choice, let reason, _):
            choices[choice].reason = reason
        }
    }

    /// The JSON of the answer; throws when a choice is unfinished.
    package func body() throws(APIError) -> [UInt8] {
        try progress.checkComplete()
        var bytes = head.opening(object: endpoint.answerObject)
        for index in choices.indices {
            bytes.append(UInt8(ascii: index == 0 ? "[" : ","))
            append(index, to: &bytes)
        }
        bytes.append(contentsOf: #"],"usage":"#.utf8)
        progress.usage.append(to: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private func append(_ index: Int, to bytes: inout [UInt8]) {
        let choice = choices[index]
        bytes.append(contentsOf: #"{"index":\#(index),"#.utf8)
        switch endpoint {
        case .chatCompletions:
            bytes.append(contentsOf: #""message":{"role":"assistant","content":"#.utf8)
            JSON.appendQuoted(choice.text, to: &bytes)
            bytes.append(contentsOf: #","refusal":null}"#.utf8)
        case .completions:
            bytes.append(contentsOf: #""text":"#.utf8)
            JSON.appendQuoted(choice.text, to: &bytes)
        }
        bytes.append(contentsOf: #","logprobs":"#.utf8)
        appendLogprobs(choice, to: &bytes)
        bytes.append(contentsOf: #","finish_reason":"#.utf8)
        JSON.appendQuoted(choice.reason?.rawValue ?? "", to: &bytes)
        bytes.append(UInt8(ascii: "}"))
    }

    private func appendLogprobs(_ choice: Choice, to bytes: inout [UInt8]) {
        guard hasLogprobs else { return bytes.append(contentsOf: "null".utf8) }
        var offset = 0
        switch endpoint {
        case .chatCompletions: Logprobs.append(chat: choice.tokens, to: &bytes)
        case .completions: Logprobs.append(completion: choice.tokens, offset: &offset, to: &bytes)
        }
    }
}
