import JSON
import OpenAI
import TestSupport

let head = AnswerHead(id: "chatcmpl-1", created: 1700, model: "demo \"x\"", systemFingerprint: "fp_t")

/// The events as one text of server-sent events, `[DONE]` included.
func eventText(_ request: CompletionRequest, _ events: [GenerationEvent]) throws -> String {
    var writer = ChunkWriter(request: request, head: head)
    var bytes: [UInt8] = []
    for event in events { try writer.append(event, to: &bytes) }
    try writer.appendEnd(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
}

/// The chunks of a text of server-sent events. Anything but `data: {…}` and a last `data: [DONE]` is a failure.
func chunks(_ text: String) throws -> [JSON] {
    var events = text.components(separatedBy: "\n\n")
    guard events.popLast() == "", events.popLast() == "data: [DONE]" else { throw BrokenStream() }
    return try events.map { event in
        guard event.hasPrefix("data: "), !event.contains("\n") else { throw BrokenStream() }
        return try JSON.parse(String(event.dropFirst(6)))
    }
}

struct BrokenStream: Error {}

/// The events of `numChoices` choices with random texts, interleaved at random; each choice keeps its order.
func randomEvents(numChoices: Int, using generator: inout SeededGenerator) -> [GenerationEvent] {
    let alphabet = ["a", "\"", "\\", "\n", "\u{1}", "é", "😀", "data: ", "", "</s>", "\r\n", "\u{2028}"]
    var scripts = (0..<numChoices).map { choice -> [GenerationEvent] in
        let count = Int.random(in: 0...6, using: &generator)
        let deltas = (0..<count).map { place -> GenerationEvent in
            let text = (0..<2).map { _ in alphabet.randomElement(using: &generator) ?? "" }.joined()
            let token = ScoredToken(id: 1, bytes: Array(text.utf8), logprob: -0.5)
            return .delta(
                choice: choice, text: text, completionTokens: place + 1,
                tokens: [GeneratedToken(token: token, top: [token])])
        }
        let reason: FinishReason = Bool.random(using: &generator) ? .stop : .length
        return deltas + [.finished(choice: choice, reason: reason, completionTokens: count)]
    }
    var events: [GenerationEvent] = [.started(promptTokens: 7, cachedTokens: 3)]
    while let place = scripts.indices.filter({ !scripts[$0].isEmpty }).randomElement(using: &generator) {
        events.append(scripts[place].removeFirst())
    }
    return events
}

extension String {
    /// Splits without Foundation.
    func components(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
