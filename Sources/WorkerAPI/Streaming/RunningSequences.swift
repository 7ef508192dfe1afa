import Hummingbird
import Logging
import OpenAI
import WebServer

/// What one request runs on this worker, with its place.
struct RunningSequences: Sendable {
    let stream: GenerationStream
    let prefixes: PrefixRecorder
    let slot: RunningRequests.Slot
    let logger: Logger
    let clock: any Clock<Duration>

    /// How long an answer's end waits for the engine to count its work.
    private static let lastWordDeadline = Duration.seconds(2)

    /// The whole answer.
    func collect(into answer: AnswerCollector) async throws -> Response {
        defer { prefixes.end() }
        var answer = answer
        while let batch = try await next() {
            for event in batch { try answer.append(event) }
            prefixes.note(batch)
        }
        return .json(try answer.body())
    }

    /// What the worker did for the request, if it says so in time.
    func totals() async -> GenerationTotals? {
        await Patience.wait(Self.lastWordDeadline, clock) { await stream.totals() } ?? nil
    }

    private func next() async throws -> [GenerationEvent]? {
        do { return try await stream.nextBatch() } catch {
            throw GenerationFailure.forClient(error, logger: logger)
        }
    }
}
