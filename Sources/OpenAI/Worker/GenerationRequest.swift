package import JSON

/// One request for text in the terms that every worker shares; made from a checked HTTP body.
package struct GenerationRequest: Sendable, Equatable {
    /// The `id` of the answer, unique in this server: `chatcmpl-…` or `cmpl-…`.
    package var id: String
    package var model: String
    package var prompt: Prompt
    package var sampling: SamplingOptions
    /// The most tokens of one choice; nil = as many as the context holds.
    package var maxTokens: Int?
    /// Texts that end a choice and are not part of it; none is empty.
    package var stop: [String]
    /// Choices for each prompt. Choice `c` of prompt `p` has the index `p * n + c`.
    package var n: Int
    /// The most likely alternatives to report with each token, 0...20; nil = no log probabilities at all.
    package var topLogprobs: Int?
    /// Lower is served first, as in vLLM.
    package var priority: Int
    /// Goes on past the end-of-text token until `maxTokens`: for load tests.
    package var ignoreEOS: Bool
    /// The `x-request-id` by which logs speak of it, here and at its workers.
    package var requestID = ""
    /// Whose request it is: requests wait fairly between tenants.
    package var tenant = ""
    /// What the client asks of its speed.
    package var objectives = Objectives()
    /// Prefixes are shared only between requests with the same salt (vLLM's `cache_salt`).
    package var cacheSalt = ""
    /// Puts around a text what the model's own tokenizer does, such as a token for its beginning (vLLM's
    /// `add_special_tokens`). False for one that goes on behind other tokens.
    package var addsSpecialTokens = true
    /// Report the ids of tokens with each delta (vLLM's `return_token_ids`).
    package var returnsTokenIDs = false
    /// Tokens of the answer that another worker generated: this one goes on behind them, with the same result as if
    /// it had generated them itself. Their text is not sent again; their number counts in `completionTokens` and
    /// `maxTokens`. Only for a request with one choice.
    package var resumed: [Int32] = []

    package init(
        id: String, model: String, prompt: Prompt, sampling: SamplingOptions = SamplingOptions(),
        maxTokens: Int? = nil, stop: [String] = [], n: Int = 1, topLogprobs: Int? = nil, priority: Int = 0,
        ignoreEOS: Bool = false
    ) {
        self.id = id
        self.model = model
        self.prompt = prompt
        self.sampling = sampling
        self.maxTokens = maxTokens
        self.stop = stop
        self.n = n
        self.topLogprobs = topLogprobs
        self.priority = priority
        self.ignoreEOS = ignoreEOS
    }

    /// How many choices the answer has: `n` for each prompt.
    package var numChoices: Int { prompt.count * n }
}

/// How fast an answer should come, as far as the client says.
package struct Objectives: Sendable, Equatable {
    /// Seconds until the first token.
    package var timeToFirstToken: Double?
    /// Seconds between tokens, on average.
    package var interToken: Double?
    /// Seconds that the request may wait before it is better refused.
    package var queueLimit: Double?

    package init(timeToFirstToken: Double? = nil, interToken: Double? = nil, queueLimit: Double? = nil) {
        self.timeToFirstToken = timeToFirstToken
        self.interToken = interToken
        self.queueLimit = queueLimit
    }
}

/// What is to be continued.
package enum Prompt: Sendable, Equatable {
    case chat(ChatPrompt)
    /// One or more texts, each a prompt of its own.
    case text([String])
    /// One or more token lists, each a prompt of its own. Ids are not negative; the vocabulary's end is
    /// for the worker to check.
    case tokens([[Int32]])

    /// How many prompts there are.
    package var count: Int {
        switch self {
        case .chat: 1
        case .text(let texts): texts.count
        case .tokens(let lists): lists.count
        }
    }

    /// The parameter that holds it, for errors.
    package var param: String {
        if case .chat = self { "messages" } else { "prompt" }
    }
}

/// A conversation for the model's chat template.
package struct ChatPrompt: Sendable, Equatable {
    /// The messages, checked but otherwise as received: order of members included.
    package var messages: [JSON]
    /// The tools as received; nil when there are none or the client chose `"none"`.
    package var tools: [JSON]?
    /// More variables of the template (`chat_template_kwargs`, as in vLLM).
    package var templateArguments: JSONObject

    package init(messages: [JSON], tools: [JSON]? = nil, templateArguments: JSONObject = JSONObject()) {
        self.messages = messages
        self.tools = tools
        self.templateArguments = templateArguments
    }
}

/// How tokens are drawn. What is nil is the model's own default.
package struct SamplingOptions: Sendable, Equatable {
    /// 0...2; 0 = greedy.
    package var temperature: Double?
    /// Above 0, at most 1.
    package var topP: Double?
    /// 1 or more; 0 = all tokens.
    package var topK: Int?
    /// 0...1.
    package var minP: Double?
    /// Above 0, at most 2; 1 = none.
    package var repetitionPenalty: Double?
    /// -2...2.
    package var presencePenalty: Double?
    /// -2...2.
    package var frequencyPenalty: Double?
    /// Added to the logits of these tokens, -100...100.
    package var logitBias: [Int32: Double]
    package var seed: Int?

    package init(
        temperature: Double? = nil, topP: Double? = nil, topK: Int? = nil, minP: Double? = nil,
        repetitionPenalty: Double? = nil, presencePenalty: Double? = nil, frequencyPenalty: Double? = nil,
        logitBias: [Int32: Double] = [:], seed: Int? = nil
    ) {
        self.temperature = temperature
        self.topP = topP
        self.topK = topK
        self.minP = minP
        self.repetitionPenalty = repetitionPenalty
        self.presencePenalty = presencePenalty
        self.frequencyPenalty = frequencyPenalty
        self.logitBias = logitBias
        self.seed = seed
    }
}
