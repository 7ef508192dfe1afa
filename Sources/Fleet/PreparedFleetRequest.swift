import OpenAI

/// A request that was tokenised and fits its model, before any worker is chosen.
struct PreparedFleetRequest: PreparedGeneration {
    let prompts: [[Int32]]
    private let request: GenerationRequest
    private let contextLength: Int
    private let dispatcher: Dispatcher

    /// - Throws: 400 for what no worker could serve whatever its load.
    init(
        _ request: GenerationRequest, prompts: [[Int32]], contextLength: Int, dispatcher: Dispatcher
    ) throws(APIError) {
        self.request = request
        self.prompts = prompts
        self.contextLength = contextLength
        self.dispatcher = dispatcher
        for prompt in prompts { try Self.check(prompt, of: request, contextLength: contextLength) }
    }

    private static func check(
        _ prompt: [Int32], of request: GenerationRequest, contextLength: Int
    ) throws(APIError) {
        guard !prompt.isEmpty else {
            throw .invalid("The prompt has no tokens; send at least one.", param: request.prompt.param)
        }
        let room = contextLength - prompt.count
        guard room >= 1, request.maxTokens ?? 1 <= room else {
            throw .contextLengthExceeded(
                promptTokens: prompt.count, maxTokens: room >= 1 ? request.maxTokens : nil, limit: contextLength,
                promptParam: request.prompt.param)
        }
    }

    var maximumOutputTokens: Int {
        prompts.reduce(0) { sum, prompt in
            sum + request.n * min(request.maxTokens ?? .max, contextLength - prompt.count)
        }
    }

    func start(priority: Int) async throws(APIError) -> GenerationStream {
        let (stream, continuation) = GenerationStream.makeStream()
        let merger = ChoiceMerger(
            prompts: prompts.count, promptTokens: promptTokens, choicesPerPrompt: request.n, to: continuation)
        let runs = choices(priority: priority).enumerated().map { index, choice in
            ChoiceRun(index: index, request: choice, merger: merger)
        }
        try dispatcher.submit(FleetRequest(request, prompts: prompts, priority: priority, runs: runs))
        // Only now: a request that was refused has nobody to tell.
        continuation.onCancel { [dispatcher, id = request.id] in dispatcher.cancel(id) }
        return stream
    }

    /// Each choice as a request of its own, drawing what it would draw beside the others.
    private func choices(priority: Int) -> [GenerationRequest] {
        let seed = request.sampling.seed ?? .random(in: .min ... .max)
        return prompts.enumerated().flatMap { place, prompt in
            (0..<request.n).map { number in
                var single = request
                single.prompt = .tokens([prompt])
                single.n = 1
                single.sampling.seed = seed &+ (place * request.n + number)
                single.priority = priority
                // Whichever worker it comes to, what was reserved for it covers it.
                single.maxTokens = min(request.maxTokens ?? .max, contextLength - prompt.count)
                single.returnsTokenIDs = true
                return single
            }
        }
    }
}
