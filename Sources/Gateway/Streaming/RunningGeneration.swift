import Hummingbird
import Ledger
import Logging
import OpenAI
import WebServer

/// A generation on its way to the client, with its place and its account.
///
/// Whatever its end is, the account is settled before the last byte goes out: an answer that is complete is also
/// counted, and the place is held until then, so that a server that stops waits for it.
struct RunningGeneration: Sendable {
    let stream: GenerationStream
    let account: RequestAccount
    let slot: RunningRequests.Slot
    let logger: Logger

    /// The whole answer. None of it is delivered until all of it is there.
    func collect(into answer: AnswerCollector) async throws -> Response {
        var answer = answer
        var events: [GenerationEvent] = []
        do {
            while let batch = try await next() {
                for event in batch { try answer.append(event) }
                events += batch
            }
            let body = try answer.body()
            account.note(events)
            await account.settle(.completed)
            return .json(body)
        } catch {
            await end(with: error)
            throw error
        }
    }

    /// Waits for events. A failure that is not meant for clients becomes one that is; the log keeps the reason.
    func next() async throws -> [GenerationEvent]? {
        do {
            return try await stream.nextBatch()
        } catch {
            throw GenerationFailure.forClient(error, logger: logger)
        }
    }

    /// Settles what did not come to its end: our fault costs nothing, and a client that left pays for what it got.
    func end(with error: any Error) async {
        stream.cancel(throwing: error)
        await account.settle(error is APIError ? .failed : .cancelled)
    }
}
