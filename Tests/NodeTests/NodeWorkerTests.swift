import Engine
import Node
import OpenAI
import Testing

/// What a worker says of itself, and what its tenants learn of each other.
@Suite(.timeLimit(.minutes(10))) struct NodeWorkerTests {
    private func request(_ prompt: [Int32], salt: String = "", tokens: Int = 1) -> GenerationRequest {
        var request = GenerationRequest(
            id: "r", model: DemoWorker.model, prompt: .tokens([prompt]), maxTokens: tokens, ignoreEOS: true)
        request.cacheSalt = salt
        return request
    }

    /// Prompts and answers of one tenant never save another one any work, in whatever order they come.
    @Test func prefixesAreSharedUnderOneSaltOnly() async throws {
        let worker = try DemoWorker.make()
        let prompt = (0..<100).map { Int32($0) }
        for salt in ["", "a", "b", "ab", "a\0", "é", "e\u{301}"] {
            #expect(try await worker.story(request(prompt, salt: salt)).cachedTokens == 0, "\(salt) is new")
            #expect(try await worker.story(request(prompt, salt: salt)).cachedTokens == 96, "\(salt) is known")
            let longer = request(prompt + prompt, salt: salt)
            #expect(try await worker.story(longer).cachedTokens == 96, "\(salt) is known")
        }
        await worker.stop()
    }

    @Test func describesItsModelAndItsRoom() async throws {
        var options = DemoWorker.options()
        options.engine.limits.sequences = 5
        options.engine.waitingLimit = 7
        let worker = try DemoWorker.make(options, kind: "lamp")
        let description = await worker.describe()
        #expect(description.id == worker.id && description.kind == "lamp" && description.profile == nil)
        let model = try #require(description.models.first)
        let card = await worker.models().first
        #expect(description.models.count == 1 && model.card == card)
        #expect(model.maximumSequences == 5 && model.maximumWaiting == 7)
        // Half the KV bytes hold half the tokens, in whole blocks.
        options.kvBytes /= 2
        let half = try DemoWorker.make(options)
        let halved = try #require(await half.describe().models.first)
        #expect(model.kvTokens > 0 && model.kvTokens % 16 == 0)
        #expect((0..<32).contains(model.kvTokens - 2 * halved.kvTokens))
        #expect(await half.describe().kind == "gleaner-cpu")
        await worker.stop()
        await half.stop()
    }

    /// The load rises with what runs and falls to nothing behind it.
    @Test func tellsItsLoad() async throws {
        var options = DemoWorker.options()
        options.engine.limits.sequences = 1
        let worker = try DemoWorker.make(options)
        #expect(await worker.load() == WorkerLoad(models: [ModelLoad(model: DemoWorker.model)]))
        let prompt = (0..<50).map { Int32($0) }
        let streams = [
            try await worker.generate(request(prompt, tokens: 100)),
            try await worker.generate(request(prompt, salt: "other", tokens: 1)),
        ]
        var isFirst = true
        for try await event in streams[0] {
            guard case .delta = event, isFirst else { continue }
            isFirst = false
            // It may be some steps on by now, or over; what is told belongs together.
            let load = try #require(await worker.load().models.first)
            #expect(load.running <= 1 && load.waiting <= 1 && load.steps >= 1)
            if load.running == 1, load.waiting == 1 {
                #expect(load.contextTokens >= 50 && load.pendingPrefillTokens == 50 && load.kvUsage > 0)
            }
        }
        for try await _ in streams[1] {}
        for stream in streams { _ = await stream.totals() }
        await worker.stop()
        let load = try #require(await worker.load().models.first)
        #expect(load == ModelLoad(model: DemoWorker.model, steps: load.steps) && load.steps == 101)
    }
}
