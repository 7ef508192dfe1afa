import JSON
import OpenAI

/// Writes the body of `POST /v1/completions` for one sequence: what every engine with this endpoint understands, and
/// members of one engine's own behind it.
struct CompletionBody {
    private(set) var bytes: [UInt8] = []

    /// - Parameters:
    ///   - prompt: the tokens to go on behind.
    ///   - maxTokens: the most tokens of this answer.
    ///   - streamOptions: next to asking for the usage.
    init(
        _ request: GenerationRequest, prompt: some Collection<Int32>, maxTokens: Int?, streamOptions: JSONObject
    ) {
        bytes.reserveCapacity(512 + 7 * prompt.count)
        bytes.append(contentsOf: #"{"model":"#.utf8)
        JSON.appendQuoted(request.model, to: &bytes)
        append("prompt", tokens: prompt)
        append("n", 1)
        append("stream", true)
        append(
            "stream_options", .object(JSONObject([("include_usage", true)] + streamOptions.map { ($0.key, $0.value) })))
        append(request, maxTokens)
    }

    /// What a sequence is asked for, without its tokens and without how to answer.
    init(parametersOf request: GenerationRequest, maxTokens: Int?) {
        bytes.reserveCapacity(256)
        bytes.append(contentsOf: #"{"model":"#.utf8)
        JSON.appendQuoted(request.model, to: &bytes)
        append(request, maxTokens)
    }

    private mutating func append(_ request: GenerationRequest, _ maxTokens: Int?) {
        append("max_tokens", maxTokens.map { .int($0) })
        append("logprobs", request.topLogprobs.map { .int($0) })
        if !request.stop.isEmpty { append("stop", .array(request.stop.map { .string($0) })) }
        if request.ignoreEOS { append("ignore_eos", true) }
        append(request.sampling)
    }

    private mutating func append(_ sampling: SamplingOptions) {
        let numbers: [(String, Double?)] = [
            ("temperature", sampling.temperature), ("top_p", sampling.topP), ("min_p", sampling.minP),
            ("repetition_penalty", sampling.repetitionPenalty), ("presence_penalty", sampling.presencePenalty),
            ("frequency_penalty", sampling.frequencyPenalty),
        ]
        for (name, number) in numbers { append(name, number.map { .double($0) }) }
        append("top_k", sampling.topK.map { .int($0) })
        append("seed", sampling.seed.map { .int($0) })
        guard !sampling.logitBias.isEmpty else { return }
        let biases = sampling.logitBias.sorted { $0.key < $1.key }
        append("logit_bias", .object(JSONObject(biases.map { (String($0.key), .double($0.value)) })))
    }

    /// Adds a member; nothing for nil.
    mutating func append(_ name: String, _ value: JSON?) {
        guard let value else { return }
        appendName(name)
        value.append(to: &bytes)
    }

    mutating func append(_ name: String, tokens: some Collection<Int32>) {
        appendName(name)
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for token in tokens {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            bytes.append(contentsOf: String(token).utf8)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func appendName(_ name: String) {
        bytes.append(UInt8(ascii: ","))
        JSON.appendQuoted(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    /// The whole body.
    consuming func finished() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}
