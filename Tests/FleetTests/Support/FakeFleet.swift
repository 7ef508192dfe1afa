import CoreMetrics
import Fleet
import Logging
import OpenAI
import Testing

/// A fleet of fake workers for one test.
struct FakeFleet {
    let remotes: [FakeRemote]
    let worker: FleetWorker

    /// Runs `body` with all workers watched, when all have arrived.
    static func running(
        _ remotes: [FakeRemote], configuration: FleetConfiguration = FleetConfiguration(),
        _ body: @Sendable (FakeFleet) async throws -> Void
    ) async throws {
        var configuration = configuration
        // Fake workers report once.
        configuration.members.silence = 600
        let places = remotes.map { (WorkerPlace(url: "http://\($0.name)", pool: "pool-\($0.name)"), $0) }
        try await running(places, configuration: configuration) { worker in
            try await body(FakeFleet(remotes: remotes, worker: worker))
        }
    }

    /// Runs `body` with a fleet of any workers.
    static func running<Result: Sendable>(
        _ remotes: [(WorkerPlace, any RemoteWorker)], configuration: FleetConfiguration = FleetConfiguration(),
        _ body: @Sendable (FleetWorker) async throws -> Result
    ) async throws -> Result {
        let worker = FleetWorker(
            remotes.map { (place: $0.0, remote: $0.1) }, configuration: configuration,
            metrics: NOOPMetricsHandler.instance, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            clock: ContinuousClock())
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await worker.run() }
            while !remotes.isEmpty, await worker.models().first?.maximumConcurrency != 0, await !worker.isReady {
                await Task.yield()
            }
            let result = try await body(worker)
            group.cancelAll()
            return result
        }
    }

    /// What one reader got.
    struct Answer: Sendable, Equatable {
        var texts: [Int: String] = [:]
        var counts: [Int: Int] = [:]
        /// A count was lower than the one before.
        var hasFallingCounts = false
        var finished: Set<Int> = []
        var served: [ServingWorker] = []
        var promptTokens = 0
        var error: APIError?
        var totals: GenerationTotals?
    }

    func answer(_ request: GenerationRequest) async throws -> Answer {
        try await Self.answer(request, of: worker)
    }

    static func answer(_ request: GenerationRequest, of worker: FleetWorker) async throws -> Answer {
        await read(try await worker.prepare(request).start(priority: request.priority))
    }

    static func read(_ stream: GenerationStream) async -> Answer {
        var answer = Answer()
        do {
            while let batch = try await stream.nextBatch() {
                for event in batch { answer.note(event) }
            }
        } catch {
            answer.error = error as? APIError ?? .internalFailure
        }
        answer.totals = await stream.totals()
        return answer
    }
}

extension FakeFleet.Answer {
    fileprivate mutating func note(_ event: GenerationEvent) {
        switch event {
        case .started(let tokens, _): promptTokens = tokens
        case .delta(let choice, let text, let count, _, _):
            texts[choice, default: ""] += text
            note(count, choice)
        case .finished(let choice, _, let count):
            note(count, choice)
            finished.insert(choice)
        case .served(_, let worker): served.append(worker)
        }
    }

    private mutating func note(_ count: Int, _ choice: Int) {
        if count < counts[choice] ?? 0 { hasFallingCounts = true }
        counts[choice] = count
    }
}
