import AsyncHTTPClient
import NIOCore

extension KubernetesClient {
    /// Watches until the server ends the watch, as it does after `seconds`, or until the task is cancelled.
    ///
    /// - Parameters:
    ///   - resourceVersion: the revision after which to begin.
    ///   - deliver: is called without events when the server has taken the watch, then with those of each piece that
    ///     has some, in order; the connection waits for it.
    /// - Throws: `.refused` also for an event of the type ERROR, `.late` after too long a silence.
    package func watch<Object>(
        _ kind: ResourceKind<Object>, _ selection: Selection = .all, from resourceVersion: String, seconds: Int,
        deliver: @escaping @Sendable ([WatchEvent<Object>]) async -> Void
    ) async throws(KubernetesError) {
        var query = selection.query
        query += [
            ("watch", "true"), ("resourceVersion", resourceVersion), ("allowWatchBookmarks", "true"),
            ("timeoutSeconds", String(seconds)),
        ]
        let response = try await open(.get(kind.path(namespace: selection.namespace), query: query))
        await deliver([])
        let maximumBytes = limits.objectBytes
        try await time.listening(limits.silence) { heard in
            var cutter = LineCutter(maximumBytes: maximumBytes)
            for try await piece in response.body {
                heard()
                let (events, failure) = Self.events(in: piece, &cutter, of: Object.self)
                if !events.isEmpty { await deliver(events) }
                if let failure { throw failure }
            }
        }
    }

    /// The events of a piece; what was good before a failure counts all the same.
    private static func events<Object>(
        in piece: ByteBuffer, _ cutter: inout LineCutter, of object: Object.Type
    ) -> ([WatchEvent<Object>], KubernetesError?) {
        var events: [WatchEvent<Object>] = []
        let failure = piece.withUnsafeReadableBytes { bytes -> KubernetesError? in
            do throws(KubernetesError) {
                try cutter.cut(bytes) { line throws(KubernetesError) in
                    let event = try WatchEvent<Object>(line: line)
                    if case .failed(let status) = event { throw .refused(status) }
                    events.append(event)
                }
            } catch { return error }
            return nil
        }
        return (events, failure)
    }
}
