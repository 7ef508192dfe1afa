package import JSON

extension ModelCard {
    /// The model object of `/v1/models/{id}`: OpenAI's members, vLLM's `max_model_len`, and the members of
    /// OpenRouter's listing for providers. What is unknown is null, `pricing` without prices left out.
    ///
    /// - Parameter pricing: an object of prices as decimal strings, in USD for each token.
    package func json(pricing: JSON?) -> JSON {
        let strings = { (values: [String]) in JSON.array(values.map { .string($0) }) }
        let length: JSON = contextLength > 0 ? .int(contextLength) : .null
        var object = JSONObject([
            ("id", .string(id)), ("object", "model"), ("created", .int(created)), ("owned_by", .string(ownedBy)),
            ("max_model_len", length), ("name", .string(id)), ("context_length", length),
            ("max_output_length", contextLength > 0 ? .int(maxOutputTokens) : .null),
            ("quantization", quantization.map { .string($0) } ?? .null), ("input_modalities", ["text"]),
            ("output_modalities", ["text"]), ("supported_sampling_parameters", strings(supportedParameters)),
            ("supported_features", strings(supportedFeatures)), ("is_ready", .bool(isReady)),
            ("max_concurrency", maximumConcurrency.map { .int($0) } ?? .null),
        ])
        object["pricing"] = pricing
        return .object(object)
    }

    /// The object without prices.
    package var json: JSON { json(pricing: nil) }

    /// The answer of `/v1/models`, without prices.
    package static func list(_ models: [ModelCard]) -> JSON { list(models.map(\.json)) }

    /// The answer of `/v1/models`, of objects that `json(pricing:)` made.
    package static func list(_ objects: [JSON]) -> JSON {
        .object(JSONObject([("object", "list"), ("data", .array(objects))]))
    }
}
