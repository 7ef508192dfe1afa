import JSON
import Node
import OpenAI
import Testing

/// What a worker does for a gateway that moves answers: every token is told, and an answer that was begun elsewhere
/// goes on.
@Suite(.timeLimit(.minutes(5))) struct ResumeTests {
    /// A chat that ends at its end token, a text that ends at a stop text, and one that ends at its limit, with log
    /// probabilities.
    private static var requests: [GenerationRequest] {
        let question: JSON = ["role": "user", "content": "Tell me a story about a fox."]
        var chat = GenerationRequest(
            id: "chat", model: DemoWorker.model, prompt: .chat(ChatPrompt(messages: [question])))
        chat.sampling.temperature = 0
        var text = GenerationRequest(id: "text", model: DemoWorker.model, prompt: .text(["The river"]))
        text.sampling = SamplingOptions(temperature: 1.2, topP: 0.95, repetitionPenalty: 1.1, seed: 5)
        text.maxTokens = 60
        text.ignoreEOS = true
        text.stop = ["th e", " of ", "ing"]
        var limited = GenerationRequest(id: "limited", model: DemoWorker.model, prompt: .text(["é 😀"]))
        limited.sampling = SamplingOptions(temperature: 2, frequencyPenalty: 0.5, seed: -3)
        limited.maxTokens = 24
        limited.topLogprobs = 2
        limited.ignoreEOS = true
        return [chat, text, limited].map { request in
            var request = request
            request.returnsTokenIDs = true
            return request
        }
    }

    @Test(arguments: requests) func everyTokenIsTold(request: GenerationRequest) async throws {
        let worker = try DemoWorker.make()
        let story = try await worker.story(request)
        #expect(story.tokens.count == story.completionTokens && story.completionTokens > 5)
        #expect(story.ids.dropLast().allSatisfy { $0.count == 1 })
        // And tells the same as ever.
        var plain = request
        plain.returnsTokenIDs = false
        let other = try await worker.story(plain)
        #expect(other.text == story.text && other.tokens.isEmpty && other.reason == story.reason)
        #expect(other.completionTokens == story.completionTokens)
        if request.topLogprobs == nil { #expect(!other.texts.contains("")) }
        await worker.stop()
    }

    /// The reader has the first so many tokens and their text from one worker, and the rest from another.
    @Test(arguments: requests) func everyCutGoesOnTheSame(request: GenerationRequest) async throws {
        let (worker, other) = (try DemoWorker.make(), try DemoWorker.make())
        let whole = try await worker.story(request)
        let prompt = try #require(try await worker.prepare(request).prompts.first)
        for count in 0...whole.tokens.count {
            var resumed = request
            resumed.prompt = .tokens([prompt])
            resumed.resumed = Array(whole.tokens.prefix(count))
            resumed.cacheSalt = count % 2 == 0 ? "" : "\(count)"
            let rest = try await other.story(resumed)
            #expect(rest.tokens == Array(whole.tokens.dropFirst(count)), "cut at \(count)")
            #expect(whole.texts.prefix(count).joined() + rest.text == whole.text, "cut at \(count)")
            #expect(rest.shown.first ?? whole.completionTokens >= whole.shown.prefix(count).last ?? 0)
            #expect(rest.logprobs == Array(whole.logprobs.dropFirst(count)), "cut at \(count)")
            #expect(rest.reason == whole.reason && rest.completionTokens == whole.completionTokens)
            #expect(rest.promptTokens == prompt.count && rest.cachedTokens <= prompt.count)
            let isWhole = count == whole.tokens.count
            #expect(rest.totals.prefilledTokens == (isWhole ? 0 : prompt.count + count))
            #expect(rest.totals.generatedTokens == whole.completionTokens - count)
        }
        await worker.stop()
        await other.stop()
    }

    @Test func onlyOneAnswerIsResumed() async throws {
        let worker = try DemoWorker.make()
        var request = GenerationRequest(id: "r", model: DemoWorker.model, prompt: .tokens([[1, 2], [3]]))
        request.resumed = [4]
        await #expect(throws: wrong("Only one answer can be resumed, but the request asks for 2.")) {
            try await worker.prepare(request)
        }
        request.prompt = .tokens([[1, 2]])
        request.n = 3
        await #expect(throws: wrong("Only one answer can be resumed, but the request asks for 3.")) {
            try await worker.prepare(request)
        }
        request.n = 1
        request.resumed = [.max]
        let error = await #expect(throws: APIError.self) { try await worker.prepare(request) }
        #expect(error?.status == 400 && error?.param == "gleaner_resume")
        await worker.stop()
    }

    private func wrong(_ message: String) -> APIError { .invalid(message, param: "gleaner_resume") }
}
