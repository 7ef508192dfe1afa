import Foundation
import JSON
import Node
import OpenAI
import Testing

/// What a worker does for a gateway that moves answers: every token is told, and an answer that was begun elsewhere
/// goes on.
@Suite(.timeLimit(.minutes(10))) struct ResumeTests {
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
        // What a slow reader has at once may be several tokens.
        for numEvents in 0...whole.ids.count where numEvents == 0 || !whole.ids[numEvents - 1].isEmpty {
            let count = whole.ids.prefix(numEvents).reduce(0) { $0 + $1.count }
            var resumed = request
            resumed.prompt = .tokens([prompt])
            resumed.resumed = Array(whole.tokens.prefix(count))
            resumed.cacheSalt = count % 2 == 0 ? "" : "\(count)"
            let rest = try await other.story(resumed)
            #expect(rest.tokens == Array(whole.tokens.dropFirst(count)), "cut at \(count)")
            #expect(whole.texts.prefix(numEvents).joined() + rest.text == whole.text, "cut at \(count)")
            #expect(rest.shown.first ?? whole.completionTokens >= whole.shown.prefix(numEvents).last ?? 0)
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

    /// The last words of a chat that ends at its end token while the begin of a stop text is held back, the same where
    /// the limit ends it, and an answer that ends inside a character.
    private static func heldBack(_ worker: NodeWorker) async throws -> [GenerationRequest] {
        var chat = requests[0]
        let told = try await worker.story(chat).tokens
        let prompt = try #require(try await worker.prepare(chat).prompts.first)
        chat.prompt = .tokens([prompt + told.dropLast(6)])
        let end = try await worker.story(chat)
        chat.stop = [end.text.suffix(4) + "never"]
        var limited = chat
        limited.maxTokens = end.tokens.count - 1
        var halved = GenerationRequest(id: "halved", model: DemoWorker.model, prompt: .text(["\u{1F600}"]))
        let bytes = try #require(try await worker.prepare(halved).prompts.first)
        halved.sampling = SamplingOptions(temperature: 0, logitBias: [bytes[bytes.count - 4]: 100])
        halved.maxTokens = 5
        halved.returnsTokenIDs = true
        return [chat, limited, halved]
    }

    /// A gateway that was cut off after any byte, and goes on with the ids that it has seen, has the whole text.
    @Test func everyCutOfTheBytesGoesOnTheSame() async throws {
        let worker = try DemoWorker.make()
        for request in try await Self.heldBack(worker) {
            let prompt = try #require(try await worker.prepare(request).prompts.first)
            let bytes = try await Self.written(request, worker)
            let whole = Received(bytes[...])
            #expect(whole.isFinished && !whole.lastText.isEmpty, "\(request.id)")
            var rests: [[Int32]: Received] = [:]
            for end in bytes.indices {
                let seen = Received(bytes[..<end])
                guard !seen.isFinished else { continue }
                var resumed = request
                resumed.prompt = .tokens([prompt])
                resumed.resumed = seen.ids
                if rests[seen.ids] == nil { rests[seen.ids] = Received(try await Self.written(resumed, worker)[...]) }
                let rest = try #require(rests[seen.ids])
                #expect(seen.text + rest.text == whole.text && seen.ids + rest.ids == whole.ids, "cut at byte \(end)")
                #expect(rest.isFinished)
            }
        }
        await worker.stop()
    }

    /// What goes out for a request.
    private static func written(_ request: GenerationRequest, _ worker: NodeWorker) async throws -> [UInt8] {
        let body = Array(#"{"model":"m","prompt":[1],"stream":true,"return_token_ids":true}"#.utf8)
        let parsed = try body.withUnsafeBytes { try CompletionRequest(worker: $0, id: "id-1") }
        let head = AnswerHead(id: "id-1", created: 7, model: "m", systemFingerprint: "fp_test")
        var writer = WorkerChunkWriter(request: parsed, head: head)
        var bytes: [UInt8] = []
        for try await event in try await worker.generate(request) { try writer.append(event, to: &bytes) }
        try writer.appendEnd(nil, to: &bytes)
        return bytes
    }

    /// What whole chunks say.
    private struct Received {
        var text = ""
        var ids: [Int32] = []
        var lastText = ""
        var isFinished = false

        init(_ bytes: ArraySlice<UInt8>) {
            for event in String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n\n").dropLast() {
                guard let choice = try? JSON.parse(String(event.dropFirst(6)))["choices"]?.array?.first else {
                    continue
                }
                lastText = choice["text"]?.string ?? ""
                text += lastText
                ids += (choice["token_ids"]?.array ?? []).compactMap { $0.int.map(Int32.init) }
                isFinished = isFinished || choice["finish_reason"]?.string != nil
            }
        }
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
