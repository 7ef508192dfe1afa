import JSON

/// What a client was told: of each choice its text, its log probabilities and its end, and the usage. Nothing of how it
/// was cut into chunks.
struct Transcript: Equatable, Sendable, CustomStringConvertible {
    struct Choice: Equatable, Sendable {
        var text = ""
        /// By the member of `logprobs`, one after the other.
        var logprobs: [String: [JSON]] = [:]
        var finish: String?
    }

    private(set) var choices: [Int: Choice] = [:]
    /// Without the tokens that were cached, which depend on what was asked before.
    private(set) var usage: JSON?
    private(set) var error: JSON?
    private(set) var isDone = false

    init() {}

    /// The same of an answer that was not streamed.
    init(whole body: JSON) {
        for choice in body["choices"]?.array ?? [] { note(choice, content: choice["message"]) }
        usage = Self.usage(body)
        isDone = true
    }

    var numCharacters: Int { choices.values.reduce(0) { $0 + $1.text.unicodeScalars.count } }

    /// All choices ended, then the usage came, then the stream's end.
    var isComplete: Bool {
        isDone && error == nil && usage != nil && !choices.isEmpty && choices.values.allSatisfy { $0.finish != nil }
    }

    var completionTokens: Int { usage?["completion_tokens"]?.int ?? 0 }

    var promptTokens: Int { usage?["prompt_tokens"]?.int ?? 0 }

    var description: String {
        let texts = choices.sorted { $0.key < $1.key }.map {
            "\($0.key): \($0.value.text.debugDescription) \($0.value.finish ?? "-")"
        }
        return "\(texts) \(usage?.serialized() ?? "no usage") \(error?.serialized() ?? "") \(isDone ? "done" : "cut")"
    }

    /// A line of a stream of events.
    mutating func note(line: String) throws {
        guard line.hasPrefix("data: ") else { return }
        guard line != "data: [DONE]" else { return isDone = true }
        let chunk = try JSON.parse(String(line.dropFirst(6)))
        error = error ?? chunk["error"]
        for choice in chunk["choices"]?.array ?? [] { note(choice, content: choice["delta"]) }
        usage = Self.usage(chunk) ?? usage
    }

    private mutating func note(_ json: JSON, content: JSON?) {
        let index = json["index"]?.int ?? 0
        var choice = choices[index] ?? Choice()
        choice.text += content?["content"]?.string ?? json["text"]?.string ?? ""
        for (name, values) in json["logprobs"]?.object ?? JSONObject() {
            choice.logprobs[name, default: []] += values.array ?? []
        }
        choice.finish = json["finish_reason"]?.string ?? choice.finish
        choices[index] = choice
    }

    private static func usage(_ json: JSON) -> JSON? {
        guard let usage = json["usage"]?.object else { return nil }
        return .object(JSONObject(usage.filter { $0.key != "prompt_tokens_details" }.map { ($0.key, $0.value) }))
    }
}
