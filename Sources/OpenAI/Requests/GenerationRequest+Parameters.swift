import JSON

extension GenerationRequest {
    /// The most texts in `stop`; OpenAI takes 4, agents send more.
    static let maximumStops = 16
    /// The longest text in `stop`, in bytes of UTF-8.
    static let maximumStopBytes = 1024

    /// Reads what both endpoints share.
    init(common parameters: Parameters, id: String, prompt: Prompt) throws(APIError) {
        self.init(id: id, model: try Self.model(parameters), prompt: prompt)
        sampling = try SamplingOptions(parameters)
        stop = try Self.stops(parameters)
        n = try parameters.integer("n", in: 1...16) ?? 1
        ignoreEOS = try parameters.bool("ignore_eos") ?? false
    }

    static func model(_ parameters: Parameters) throws(APIError) -> String {
        let value = try parameters.required("model")
        guard let model = value.string else { throw .wrongType(value, path: "model", expected: "a string") }
        guard !model.isEmpty, model.utf8.count <= 512 else {
            throw .wrongValue(value, path: "model", expected: "the name of a model")
        }
        return model
    }

    private static func stops(_ parameters: Parameters) throws(APIError) -> [String] {
        guard let value = parameters["stop"] else { return [] }
        if value.string != nil { return [try stop(value, path: "stop")] }
        guard let values = value.array else {
            throw .wrongType(value, path: "stop", expected: "a string or an array of strings")
        }
        guard values.count <= maximumStops else {
            throw .invalid(
                "'stop' has \(values.count) texts; at most \(maximumStops) are taken.", param: "stop",
                code: "invalid_value")
        }
        var stops: [String] = []
        for (place, value) in values.enumerated() { stops.append(try stop(value, path: "stop[\(place)]")) }
        return stops
    }

    private static func stop(_ value: JSON, path: String) throws(APIError) -> String {
        guard let text = value.string else { throw .wrongType(value, path: path, expected: "a string") }
        guard !text.isEmpty, text.utf8.count <= maximumStopBytes else {
            throw .wrongValue(value, path: path, expected: "a text of 1 to \(maximumStopBytes) bytes")
        }
        return text
    }
}

extension SamplingOptions {
    /// The parameters of a request that shape its answer, those of `GenerationRequest` included; of two names for
    /// one thing, the older.
    package static let parameterNames = [
        "temperature", "top_p", "top_k", "min_p", "frequency_penalty", "presence_penalty", "repetition_penalty",
        "logit_bias", "seed", "stop", "max_tokens", "logprobs", "top_logprobs",
    ]

    /// The most entries of `logit_bias`: each costs time in every step.
    static let maximumBiases = 1024

    init(_ parameters: Parameters) throws(APIError) {
        self.init()
        temperature = try parameters.number("temperature", in: 0...2)
        topP = try parameters.number("top_p", above0UpTo: 1)
        // vLLM's -1 and 0 both mean "all tokens".
        topK = try parameters.integer("top_k", in: -1...Int(Int32.max)).map { max($0, 0) }
        minP = try parameters.number("min_p", in: 0...1)
        repetitionPenalty = try parameters.number("repetition_penalty", above0UpTo: 2)
        presencePenalty = try parameters.number("presence_penalty", in: -2...2)
        frequencyPenalty = try parameters.number("frequency_penalty", in: -2...2)
        seed = try parameters.integer("seed", in: Int.min...Int.max)
        logitBias = try Self.biases(parameters)
    }

    private static func biases(_ parameters: Parameters) throws(APIError) -> [Int32: Double] {
        guard let value = parameters["logit_bias"] else { return [:] }
        let entries = try Parameters(value, path: "logit_bias")
        guard entries.object.count <= maximumBiases else {
            throw .invalid(
                "'logit_bias' has \(entries.object.count) entries; at most \(maximumBiases) are taken.",
                param: "logit_bias", code: "invalid_value")
        }
        var biases: [Int32: Double] = [:]
        for key in entries.object.keys {
            guard let token = Int32(key), token >= 0 else {
                throw .wrongValue(.string(key), path: "logit_bias", expected: "an object whose keys are token ids")
            }
            biases[token] = try entries.number(key, in: -100...100)
        }
        return biases
    }
}
