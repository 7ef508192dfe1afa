import OpenAI
import WebServer

/// The way of a request from its place to the engine, whichever way it came.
struct GenerationStart: Sendable {
    let worker: any EngineWorker
    let board: LoadBoard

    /// What runs.
    struct Started: Sendable {
        let stream: GenerationStream
        let prefixes: PrefixRecorder
    }

    /// - Throws: `APIError`, and nothing runs.
    func start(_ request: GenerationRequest, in slot: RunningRequests.Slot) async throws -> Started {
        var request = request
        // The journal of prefixes needs them, whatever the client does.
        request.returnsTokenIDs = true
        let prepared = try await worker.prepare(request)
        try await checkContext(request, prepared)
        let stream = try await prepared.start(priority: request.priority)
        slot.attach(stream)
        return Started(
            stream: stream, prefixes: PrefixRecorder(request, prompts: prepared.prompts, board: board))
    }

    /// Tokens generated elsewhere belong to the context as the prompt does.
    private func checkContext(_ request: GenerationRequest, _ prepared: any PreparedGeneration) async throws {
        guard !request.resumed.isEmpty,
            let limit = await worker.models().first(where: { $0.id == request.model })?.contextLength
        else { return }
        let tokens = prepared.promptTokens + request.resumed.count
        guard tokens <= limit else {
            throw APIError.contextLengthExceeded(
                promptTokens: tokens, maxTokens: nil, limit: limit, promptParam: "gleaner_resume")
        }
    }
}
