import JSON

/// Which top-level parameters an endpoint knows, so that one it does not know is refused by name instead of
/// being ignored: an answer that silently lacks what was asked for is worse than an error.
struct ParameterTable {
    /// Parameters that are read.
    let used: Set<String>

    /// Parameters that may be sent and change nothing here: they label a request, or give a hint about caching
    /// or style that no correct answer depends on. The type is still checked.
    static let hints: [String: String] = [
        "metadata": "an object", "parallel_tool_calls": "a boolean", "prompt_cache_key": "a string",
        "prompt_cache_options": "an object", "prompt_cache_retention": "a string", "safety_identifier": "a string",
        "user": "a string", "verbosity": "a string",
    ]

    private static let common: Set<String> = [
        "frequency_penalty", "ignore_eos", "logit_bias", "logprobs", "max_tokens", "min_p", "model", "n",
        "presence_penalty", "repetition_penalty", "response_format", "seed", "service_tier", "stop", "store",
        "stream", "stream_options", "temperature", "top_k", "top_p",
    ]

    static let chatCompletions = ParameterTable(
        used: common.union([
            "chat_template_kwargs", "max_completion_tokens", "messages", "modalities", "reasoning_effort",
            "tool_choice", "tools", "top_logprobs",
        ]))

    static let completions = ParameterTable(
        used: common.union(["best_of", "echo", "prompt", "suffix"]))

    /// `/v1/completions` of a worker behind a gateway of ours: what only gateways may send comes with it.
    static let workerCompletions = ParameterTable(
        used: completions.used.union(["cache_salt", "gleaner_resume", "priority", "return_token_ids"]))

    /// A sequence on the connection that a gateway's sequences share: what says how to answer has no place there.
    static let sequence = ParameterTable(
        used: common.subtracting(["n", "service_tier", "stream", "stream_options"]).union(["cache_salt", "priority"]))

    /// `/tokenize` of a worker.
    static let tokenize = ParameterTable(
        used: [
            "add_generation_prompt", "add_special_tokens", "chat_template_kwargs", "messages", "model", "prompt",
            "reasoning_effort", "return_token_strs", "tool_choice", "tools",
        ])

    /// Throws for the first member that the endpoint does not know.
    func check(_ parameters: Parameters) throws(APIError) {
        for (key, value) in parameters.object where !used.contains(key) && !value.isNull {
            guard let expected = Self.hints[key] else {
                let shown = APIError.excerpt(key)
                throw .invalid(
                    "Unsupported parameter '\(shown)': this server does not have it; leave it out.", param: shown,
                    code: "unknown_parameter")
            }
            guard value.kind == expected else { throw .wrongType(value, path: key, expected: expected) }
        }
    }
}
