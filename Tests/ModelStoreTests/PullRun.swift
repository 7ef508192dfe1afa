import ModelStore
import ScriptedServer
import Synchronization

/// A pull of `Owner/Model` from a fixture into a fresh store, with what happened on the way.
struct PullRun: Sendable {
    let store: ModelStore
    let server: ScriptedServer
    let events = EventLog()

    func pull(
        _ reference: String = "Owner/Model", token: String? = nil, adjust: (inout RetryPolicy) -> Void = { _ in }
    ) async throws -> Manifest {
        var settings = HubSettings(endpoint: try HubEndpoint(server.address), token: token)
        // On a busy machine a minute without a byte is no fault of the server.
        (settings.answerTimeout, settings.idleTimeout) = (.seconds(600), .seconds(600))
        let events = events
        var retry = RetryPolicy()
        retry.pause = {
            events.addPause($0)
            await Task.yield()
        }
        adjust(&retry)
        return try await store.pull(RepositoryReference(reference), from: settings, retry: retry) { events.add($0) }
    }

    /// Requests for the contents of files.
    var fileRequests: [ScriptedRequest] { server.requests.filter { $0.path.contains("/resolve/") } }

    /// Names of files in `folder` of the store.
    func names(in folder: String) -> [String] { files(below: folder) }

    @discardableResult
    static func with<Result: Sendable>(
        _ hub: ScriptedHub, _ body: @escaping @Sendable (PullRun) async throws -> Result
    ) async throws -> Result {
        try await with({ hub.respond(to: $0) }, body)
    }

    @discardableResult
    static func with<Result: Sendable>(
        _ respond: @escaping @Sendable (ScriptedRequest) -> ScriptedResponse,
        _ body: @escaping @Sendable (PullRun) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryFolder { folder in
            try await ScriptedServer.run({ respond($0) }) { server in
                try await body(PullRun(store: ModelStore(places: StorePlaces(home: folder)), server: server))
            }
        }
    }
}

final class EventLog: Sendable {
    private let state = Mutex<(events: [PullEvent], pauses: [Duration])>(([], []))

    var events: [PullEvent] { state.withLock { $0.events } }
    var pauses: [Duration] { state.withLock { $0.pauses } }

    func add(_ event: PullEvent) { state.withLock { $0.events.append(event) } }
    func addPause(_ pause: Duration) { state.withLock { $0.pauses.append(pause) } }
}
