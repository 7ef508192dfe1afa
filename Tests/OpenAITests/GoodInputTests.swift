import JSON
import OpenAI
import Testing

@Suite struct GoodInputTests {
    @Test func everyChatParameterArrives() throws {
        let request = try chat(
            """
            ,"temperature":0.7,"top_p":0.9,"top_k":40,"min_p":0.05,"repetition_penalty":1.1,"presence_penalty":-2,
            "frequency_penalty":2,"logit_bias":{"15":-100,"7":3.5},"seed":-9,"stop":["a","b"],"max_tokens":12,
            "n":3,"logprobs":true,"top_logprobs":4,"stream":true,"ignore_eos":true,
            "stream_options":{"include_usage":true,"include_obfuscation":false}
            """)
        #expect(request.isStreaming && request.includesUsage && request.endpoint == .chatCompletions)
        let expected = GenerationRequest(
            id: "id-1", model: "m",
            prompt: .chat(ChatPrompt(messages: [["role": "user", "content": "Hi"]])),
            sampling: SamplingOptions(
                temperature: 0.7, topP: 0.9, topK: 40, minP: 0.05, repetitionPenalty: 1.1, presencePenalty: -2,
                frequencyPenalty: 2, logitBias: [15: -100, 7: 3.5], seed: -9),
            maxTokens: 12, stop: ["a", "b"], n: 3, topLogprobs: 4, ignoreEOS: true)
        #expect(request.generation == expected)
    }

    @Test func defaultsAreTheModels() throws {
        let request = try chat()
        #expect(request.generation.sampling == SamplingOptions())
        #expect(request.generation.maxTokens == nil && request.generation.n == 1)
        #expect(request.generation.topLogprobs == nil && !request.isStreaming && !request.includesUsage)
    }

    @Test func nullCountsAsMissing() throws {
        let names = [
            "temperature", "top_p", "top_k", "min_p", "seed", "stop", "max_tokens", "max_completion_tokens", "n",
            "logprobs", "top_logprobs", "stream", "stream_options", "logit_bias", "tools", "tool_choice",
            "response_format", "service_tier", "store", "user", "metadata", "functions", "reasoning_effort",
        ]
        #expect(try chat(names.map { ",\"\($0)\":null" }.joined()) == chat())
    }

    @Test(arguments: [
        #""user":"u""#, #""metadata":{"a":"b"}"#, #""store":false"#, #""parallel_tool_calls":true"#,
        #""prompt_cache_key":"k""#, #""safety_identifier":"s""#,
        #""response_format":{"type":"text"}"#, #""modalities":["text"]"#,
        #""tool_choice":"none""#, #""tool_choice":"auto""#, #""tools":[]"#, #""stop":[]"#, #""top_logprobs":0"#,
        #""verbosity":"low""#, #""logprobs":false"#,
    ]) func harmlessParametersChangeNothing(_ members: String) throws {
        #expect(try chat("," + members) == chat())
    }

    @Test func tokenLimitHasTwoNames() throws {
        #expect(try chat(#","max_completion_tokens":9"#).generation.maxTokens == 9)
        #expect(try chat(#","max_completion_tokens":9,"max_tokens":9"#).generation.maxTokens == 9)
    }

    @Test func numbersMayBeWrittenAsFloats() throws {
        let request = try chat(#","max_tokens":10.0,"n":2.0,"temperature":1"#)
        #expect(request.generation.maxTokens == 10 && request.generation.n == 2)
        #expect(request.generation.sampling.temperature == 1)
    }

    @Test(arguments: [-1, 0]) func topKOffIsZero(_ value: Int) throws {
        #expect(try chat(#","top_k":\#(value)"#).generation.sampling.topK == 0)
    }

    @Test func logprobsWithoutAlternatives() throws {
        #expect(try chat(#","logprobs":true"#).generation.topLogprobs == 0)
    }

    @Test func stopMayBeOneString() throws {
        #expect(try chat(#","stop":"\n\n""#).generation.stop == ["\n\n"])
    }

    // MARK: Completions

    @Test func promptShapes() throws {
        func prompt(_ text: String) throws -> Prompt {
            try parse(.completions, #"{"model":"m","prompt":\#(text)}"#).generation.prompt
        }
        #expect(try prompt(#""a""#) == .text(["a"]))
        #expect(try prompt(#"["a","b"]"#) == .text(["a", "b"]))
        #expect(try prompt("[1,2]") == .tokens([[1, 2]]))
        #expect(try prompt("[[1,2],[3]]") == .tokens([[1, 2], [3]]))
    }

    @Test func choicesOfSeveralPrompts() throws {
        let request = try parse(.completions, #"{"model":"m","prompt":["a","b","c"],"n":4}"#)
        #expect(request.generation.numChoices == 12)
    }

    @Test func completionsStopAt16Tokens() throws {
        let request = try parse(.completions, #"{"model":"m","prompt":"a","logprobs":2,"echo":false,"best_of":1}"#)
        #expect(request.generation.maxTokens == 16 && request.generation.topLogprobs == 2)
    }
}
