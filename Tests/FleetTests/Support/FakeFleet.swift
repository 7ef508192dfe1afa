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
        let worker = FleetWorker(
            remotes.map { (WorkerPlace(url: "http://\($0.name)", pool: "pool-\($0.name)"), $0) },
            configuration: configuration, metrics: NOOPMetricsHandler.instance,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, clock: ContinuousClock())
        let fleet = FakeFleet(remotes: remotes, worker: worker)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await fleet.worker.run() }
            while await fleet.worker.models().first?.maximumConcurrency != 0, await !fleet.worker.isReady {
                await Task.yield()
            }
            try await body(fleet)
            group.cancelAll()
        }
    }

    /// What one reader got.
    struct Answer: Sendable, Equatable {
        var texts: [Int: String] = [:]
        var counts: [Int: Int] = [:]
        var finished: Set<Int> = []
        var served: [ServingWorker] = []
        var promptTokens = 0
        var error: APIError?
        var totals: GenerationTotals?
    }

    func answer(_ request: GenerationRequest) async throws -> Answer {
        let stream = try await worker.prepare(request).start(priority: request.priority)
        return await Self.read(stream)
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
            counts[choice] = count
        case .finished(let choice, _, let count):
            counts[choice] = count
            finished.insert(choice)
        case .served(_, let worker): served.append(worker)
        }
    }
}
