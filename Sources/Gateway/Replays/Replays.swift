import HTTPTypes
import Hummingbird
import Ledger
import Logging
import NIOCore
import OpenAI
import Synchronization
import WebServer

/// `Idempotency-Key`: a request that is sent again gets the first answer again, and is not done again.
///
/// Only good answers are kept. A mistake gets the same answer by itself, what says "later" may be tried again, and so may
/// a stream whose client left, of which only a part was delivered and paid for.
struct Replays: Sendable {
    let store: IdempotencyStore
    let clock: any Clock<Duration>
    private let waiters = Waiters()

    init(store: IdempotencyStore, clock: any Clock<Duration>) {
        self.store = store
        self.clock = clock
    }

    /// How long a request waits for the same one that is being done.
    private static let patience = Duration.seconds(600)
    private static let longestPause = Duration.seconds(1)

    /// Does what `serve` does, at most once for each key of an owner.
    func respond(
        to request: Request, body: ByteBuffer, owner: String, context: WebContext,
        _ serve: @Sendable () async throws -> Response
    ) async throws -> Response {
        guard let key = request.headers[.idempotencyKey] else { return try await serve() }
        let digest = body.withUnsafeReadableBytes {
            RequestDigest(method: request.method.rawValue, path: request.uri.description, body: $0)
        }
        let logger = context.logger
        switch try await claim(owner: owner, key: key, digest, context) {
        case .replay(let answer): return Self.response(answer)
        case .claimed(let claim):
            let recording = Recording(claim: claim, store: store, clock: clock, logger: logger)
            return await recording.response { () async -> Response in
                do { return try await serve() } catch {
                    return ErrorMiddleware.response(to: error, path: request.uri.path, logger: logger)
                }
            }
        case .inProgress: throw RequestRefusal.stillRunning
        case .differentRequest: throw RequestRefusal.keyReused
        }
    }

    /// Claims the request, or waits for the one that is being done as long as the client does.
    private func claim(
        owner: String, key: String, _ digest: RequestDigest, _ context: WebContext
    ) async throws -> IdempotencyState {
        let claim = {
            do throws(IdempotencyError) { return try await store.claim(owner: owner, key: key, request: digest) } catch
            {
                throw RequestRefusal(error)
            }
        }
        let state = try await claim()
        guard case .inProgress = state else { return state }
        let hasLeft = Departure()
        await context.onClientGone { hasLeft.note() }
        return try await waiters.waiting(for: Waiters.Key(owner: owner, idempotencyKey: key)) {
            try await wait(hasLeft, claim)
        }
    }

    /// Claims again and again, until the request is no longer being done.
    private func wait(
        _ hasLeft: Departure, _ claim: () async throws -> IdempotencyState
    ) async throws -> IdempotencyState {
        let end = ContinuousClock.now + Self.patience
        var pause = Duration.milliseconds(20)
        while true {
            try await clock.sleep(for: pause)
            if hasLeft.isNoted { throw CancellationError() }
            let state = try await claim()
            guard case .inProgress = state, ContinuousClock.now < end else { return state }
            pause = min(pause * 2, Self.longestPause)
        }
    }

    private static func response(_ answer: StoredAnswer) -> Response {
        var headers: HTTPFields = [.contentType: answer.contentType, .idempotentReplayed: "true"]
        for (name, value) in answer.headers { headers[.known(name)] = value }
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}

/// Whether a client has gone.
private final class Departure: Sendable {
    private let flag = Atomic<Bool>(false)

    var isNoted: Bool { flag.load(ordering: .relaxed) }

    func note() { flag.store(true, ordering: .relaxed) }
}

extension HTTPField.Name {
    static let idempotencyKey = known("idempotency-key")
    /// Marks an answer that was given before.
    static let idempotentReplayed = known("idempotent-replayed")
}

extension RequestRefusal {
    fileprivate init(_ error: IdempotencyError) {
        switch error {
        case .badKey: self.init(error: .invalid(error.description, code: "invalid_idempotency_key"))
        case .store: self.init(error: .unavailable("Idempotency keys cannot be checked now.", retryAfterSeconds: 2))
        case .answerTooLarge, .lost, .damaged: self.init(error: .internalFailure)
        }
    }

    fileprivate static let stillRunning = RequestRefusal(
        error: APIError(
            status: 409, message: "A request with this Idempotency-Key is still running; try again later.",
            type: "invalid_request_error", code: "idempotency_key_in_use", retryAfterSeconds: 10))

    static let manyWait = RequestRefusal(
        error: APIError(
            status: 409,
            message: "\(Waiters.maximum) requests with this Idempotency-Key wait here for the first one to end; try "
                + "again later.",
            type: "invalid_request_error", code: "idempotency_key_in_use", retryAfterSeconds: 10))

    fileprivate static let keyReused = RequestRefusal(
        error: APIError(
            status: 422, message: "This Idempotency-Key came with another request before: use a new one.",
            type: "invalid_request_error", code: "idempotency_key_reused"),
        headers: [.shouldRetry: "false"])
}
