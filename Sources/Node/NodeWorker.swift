package import Engine
package import OpenAI
import Synchronization

/// The models of this process as a worker: what stands behind the front door when both are one process.
package final class NodeWorker: EngineWorker {
    package let id = WorkerID.make()
    private let served: [ServedModel]
    private let kind: String
    private let profile: SpeedProfile?
    private let encoder = PromptEncoder()
    private let reason = Mutex<String?>(nil)

    /// - Parameters:
    ///   - kind: names what is equally fast.
    ///   - profile: how fast it claims to be; nil: whoever wants to know learns it.
    package init(models: [ServedModel], kind: String = "gleaner-cpu", profile: SpeedProfile? = nil) {
        served = models
        self.kind = kind
        self.profile = profile
    }

    package func models() async -> [ModelCard] { served.map(\.card) }

    package var isReady: Bool {
        get async { !served.isEmpty }
    }

    /// Why it computes nothing for now, though it takes requests; nil: it computes.
    package var pauseReason: String? { reason.withLock { $0 } }

    package func prepare(_ request: GenerationRequest) async throws(APIError) -> any PreparedGeneration {
        guard let model = served.first(where: { $0.card.id == request.model }) else {
            throw .modelNotFound(request.model)
        }
        let prompts = try await encoder.encode(request, for: model)
        return try PreparedRequest(request, prompts: prompts, model: model)
    }

    package func counters() async -> WorkerCounters? {
        let totals = served.reduce(TokenTotals()) { $0 + $1.engine.totals }
        return WorkerCounters(promptTokens: totals.promptTokens, generatedTokens: totals.generatedTokens)
    }

    package func describe() async -> WorkerDescription {
        WorkerDescription(id: id, kind: kind, models: served.map(\.description), profile: profile)
    }

    package func load() async -> WorkerLoad { WorkerLoad(models: served.map(\.load)) }

    /// Stops all engines at their next safepoints, and waits until they stand; see `Engine.pause`.
    ///
    /// - Parameter reason: for whoever asks why nothing goes on.
    /// - Returns: when the last of them stood; nil when somebody resumed or stopped one first.
    package func pause(releasingMemory: Bool, reason text: String) async -> ReclaimTimes? {
        reason.withLock { $0 = text }
        return await withTaskGroup(of: ReclaimTimes?.self) { group in
            for model in served {
                group.addTask { await model.engine.pause(releasingMemory: releasingMemory) }
            }
            var all: [ReclaimTimes] = []
            for await times in group {
                if let times { all.append(times) }
            }
            return all.count == served.count ? all.reduce(ReclaimTimes(idleSeconds: 0), ReclaimTimes.later) : nil
        }
    }

    package func resume() {
        reason.withLock { $0 = nil }
        for model in served { model.engine.resume() }
    }

    /// Ends every generation; what runs gets an error that says so.
    package func stop() async {
        for model in served { await model.engine.stop() }
    }
}
