import JSON
import WebTestSupport

/// A gateway that follows a worker's load on a connection of its own.
final class Follower: Sendable {
    /// The events as they were sent, without `data:`.
    private let events = Inbox<String>()
    private let connection: Task<Void, any Error>

    private static let end = "the end"

    init(_ server: TestWorkerServer) {
        connection = Task { [events] in
            defer { events.put(Self.end) }
            try await server.connected { client in
                try await client.get("/gleaner/load")
                _ = try await client.read(through: "\r\n\r\n")
                while let chunk = try await client.chunk() {
                    for event in chunk.split(separator: "\n\n") { events.put(String(event.dropFirst(6))) }
                }
            }
        }
    }

    deinit { connection.cancel() }

    /// The next event as it was sent; waits for it. Nil at the end.
    func nextText() async -> String? { await events.next().flatMap { $0 == Self.end ? nil : $0 } }

    /// The next event; throws at the end.
    func next() async throws -> JSON {
        guard let text = await nextText() else { throw ClosedByServer(received: "") }
        return try JSON.parse(text)
    }
}
