package import OpenAI
import Synchronization

/// A worker that does what a test says and tells what happens to it.
package final class FakeWorker: EngineWorker {
    /// Something that befell a worker's generation.
    package enum Happening: Sendable, Equatable {
        case started(model: String)
        case cancelled(model: String)
    }

    private let happenings = Inbox<Happening>()
    private let script: Script
    private let isLoaded = Mutex(true)
    private let cards: [ModelCard]

    /// How a generation goes.
    package enum Script: Sendable {
        /// All events at once, then the end or the error.
        case events([GenerationEvent], error: (any Error)? = nil)
        /// Nothing until the test feeds it: see `generations`.
        case byHand
        case refuse(APIError)
        /// Echoes the model's name, a few words for each choice, from a thread of its own.
        case talk(words: Int)
    }

    private let open = Mutex<[FakeGeneration]>([])
    private let asked = Mutex<[GenerationRequest]>([])
    private let told = Mutex<(tenant: String, standing: RequestStanding)?>(nil)
    private let busyness = Mutex(WorkerLoad())
    package let id = "fake-worker"

    package init(_ script: Script, models: [ModelCard] = [ModelCard(id: "demo", created: 1, contextLength: 64)]) {
        self.script = script
        cards = models
    }

    /// The generations so far, oldest first.
    package var generations: [FakeGeneration] { open.withLock { $0 } }

    /// The requests whose prompts it was asked to work on.
    package var prepared: [GenerationRequest] { asked.withLock { $0 } }

    /// What it says of every request.
    package func setStanding(_ standing: RequestStanding?, tenant: String = "acme") {
        told.withLock { $0 = standing.map { (tenant, $0) } }
    }

    package func standing(of requestID: String, tenant: String) async -> RequestStanding? {
        told.withLock { $0?.tenant == tenant ? $0?.standing : nil }
    }

    /// The next thing that happens; waits for it.
    package func happening() async -> Happening? { await happenings.next() }

    package var isReady: Bool {
        get async { isLoaded.withLock { $0 } }
    }

    package func setReady(_ isReady: Bool) { isLoaded.withLock { $0 = isReady } }

    package func models() async -> [ModelCard] { cards }

    /// Every model has room for two sequences, and 640 tokens of KV cache.
    package func describe() async -> WorkerDescription {
        WorkerDescription(
            id: id, kind: "fake",
            models: cards.map {
                WorkerDescription.Model(card: $0, maximumSequences: 2, maximumWaiting: 3, kvTokens: 640)
            },
            profile: SpeedProfile(prefillTokensPerSecond: 1000, stepSeconds: 0.5))
    }

    package func load() async -> WorkerLoad { busyness.withLock { $0 } }

    package func setLoad(_ load: WorkerLoad) { busyness.withLock { $0 = load } }

    package func counters() async -> WorkerCounters? {
        generations.map(\.totals).reduce(into: WorkerCounters()) { sum, totals in
            sum.promptTokens += totals.prefilledTokens
            sum.generatedTokens += totals.generatedTokens
        }
    }

    package func prepare(_ request: GenerationRequest) async throws(APIError) -> any PreparedGeneration {
        asked.withLock { $0.append(request) }
        if case .refuse(let error) = script { throw error }
        return Prepared(request: request, worker: self)
    }

    /// A request whose prompt is as sent, or three tokens, as in `talk`.
    private struct Prepared: PreparedGeneration {
        let request: GenerationRequest
        let worker: FakeWorker
        var prompts: [[Int32]] {
            if case .tokens(let lists) = request.prompt { lists } else { [[1, 2, 3]] }
        }
        var maximumOutputTokens: Int { request.numChoices * (request.maxTokens ?? 61) }

        func start(priority: Int) async throws(APIError) -> GenerationStream { worker.start(request) }
    }

    private func start(_ request: GenerationRequest) -> GenerationStream {
        let (stream, continuation) = GenerationStream.makeStream()
        let generation = FakeGeneration(continuation, numChoices: request.numChoices) { [happenings] in
            happenings.put(.cancelled(model: request.model))
        }
        open.withLock { $0.append(generation) }
        happenings.put(.started(model: request.model))
        switch script {
        case .events(let events, let error):
            for event in events { generation.yield(event) }
            generation.finish(throwing: error)
        case .talk(let words): Task.detached { await Self.talk(words, request, to: generation) }
        case .byHand, .refuse: break
        }
        return stream
    }

    private static func talk(_ words: Int, _ request: GenerationRequest, to end: FakeGeneration) async {
        end.yield(.started(promptTokens: 3, cachedTokens: 0))
        for word in 0..<words {
            for choice in 0..<request.numChoices {
                end.yield(.delta(choice: choice, text: "\(request.model)\(word) ", completionTokens: word + 1))
            }
            await Task.yield()
        }
        for choice in 0..<request.numChoices {
            end.yield(.finished(choice: choice, reason: .stop, completionTokens: words))
        }
        end.finish()
    }

    package static let hello: [GenerationEvent] = [
        .started(promptTokens: 4, cachedTokens: 2), .delta(choice: 0, text: "Hel", completionTokens: 1),
        .delta(choice: 0, text: "lo", completionTokens: 2), .finished(choice: 0, reason: .stop, completionTokens: 2),
    ]
}
