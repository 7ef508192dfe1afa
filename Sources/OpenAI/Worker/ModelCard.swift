/// A model as `/v1/models` shows it: what OpenAI's and vLLM's clients read, and what OpenRouter's listing of
/// providers asks for.
package struct ModelCard: Sendable, Equatable {
    package var id: String
    /// Unix time in seconds.
    package var created: Int
    package var ownedBy: String
    /// Prompt and answer together, in tokens; 0 while no worker has said it. `max_model_len` in the JSON, as vLLM calls it.
    package var contextLength: Int
    /// The longest answer, in tokens: the context less the shortest prompt.
    package var maxOutputTokens: Int
    /// How the weights are stored (`q8_0`, `q4_k_m`, `bf16`); nil when that has no one name.
    package var quantization: String?
    /// Parameters of a request that shape the answer and are honoured, by OpenAI's and vLLM's names.
    package var supportedParameters: [String]
    /// What the API has beyond text and works here, by OpenRouter's names.
    package var supportedFeatures: [String]
    /// A request sent now would be served.
    package var isReady: Bool
    /// The most sequences that run at once; nil when unknown.
    package var maximumConcurrency: Int?

    package init(
        id: String, created: Int, ownedBy: String = "gleaner", contextLength: Int, quantization: String? = nil,
        supportedParameters: [String] = SamplingOptions.parameterNames, supportedFeatures: [String] = ["logprobs"],
        isReady: Bool = true, maximumConcurrency: Int? = nil
    ) {
        self.id = id
        self.created = created
        self.ownedBy = ownedBy
        self.contextLength = contextLength
        maxOutputTokens = max(contextLength - 1, 0)
        self.quantization = quantization
        self.supportedParameters = supportedParameters
        self.supportedFeatures = supportedFeatures
        self.isReady = isReady
        self.maximumConcurrency = maximumConcurrency
    }
}
