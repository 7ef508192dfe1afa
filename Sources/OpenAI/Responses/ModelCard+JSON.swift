package import JSON

extension ModelCard {
    /// The model object of `/v1/models/{id}`, with vLLM's `max_model_len`.
    package var json: JSON {
        .object(
            JSONObject([
                ("id", .string(id)), ("object", "model"), ("created", .int(created)), ("owned_by", .string(ownedBy)),
                ("max_model_len", .int(contextLength)),
            ]))
    }

    /// The answer of `/v1/models`.
    package static func list(_ models: [ModelCard]) -> JSON {
        .object(JSONObject([("object", "list"), ("data", .array(models.map(\.json)))]))
    }
}
