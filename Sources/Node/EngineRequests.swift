import Engine
import OpenAI
import Tokenizers

/// The engine's requests that one client request stands for, prompt by prompt in order of choice.
struct EngineRequests {
    let all: [EngineRequest]

    /// - Parameter choices: how many for each prompt.
    init(_ request: GenerationRequest, prompts: [[TokenID]], model: ServedModel, choices: Int) {
        let sampling = SamplingParameters(request, defaults: model.frontEnd.defaults)
        // Without a seed the answers of equal requests differ, as clients expect.
        let seed = request.sampling.seed.map { UInt64(bitPattern: Int64($0)) } ?? .random(in: .min ... .max)
        all = prompts.enumerated().flatMap { place, prompt in
            (0..<choices).map { number in
                var single = EngineRequest(prompt: prompt)
                single.sampling = sampling
                single.sampling.seed = seed &+ UInt64(place * choices + number)
                single.maxTokens = request.maxTokens
                single.stops = request.stop
                single.stopTokens = request.ignoreEOS ? [] : model.frontEnd.stopTokens
                single.priority = request.priority
                single.salt = request.cacheSalt
                single.resumed = request.resumed
                return single
            }
        }
    }
}

extension SamplingParameters {
    /// The client's wishes over the model's own defaults.
    init(_ request: GenerationRequest, defaults: SamplingParameters) {
        let options = request.sampling
        self = defaults
        if let value = options.temperature { temperature = Float(value) }
        if let value = options.topP { topP = Float(value) }
        if let value = options.topK { topK = value }
        if let value = options.minP { minP = Float(value) }
        if let value = options.repetitionPenalty { repetitionPenalty = Float(value) }
        if let value = options.presencePenalty { presencePenalty = Float(value) }
        if let value = options.frequencyPenalty { frequencyPenalty = Float(value) }
        logitBias = options.logitBias.mapValues { Float($0) }
        topLogprobs = request.topLogprobs
    }
}
