import JSON

/// A worker that no gateway uses and nothing disturbs: what it says is what every answer must be. One for all tests.
enum BareWorker {
    private static let shared = Task { try await TestWorker.start() }

    static var api: APIClient {
        get async throws { APIClient(base: try await shared.value.url) }
    }

    /// The right answer to a streamed request.
    static func transcript(_ path: String, _ request: JSON) async throws -> Transcript {
        let transcript = try await api.transcript(path, request)
        guard transcript.isComplete else { throw DidNotHappen(what: "a whole answer of the bare worker") }
        return transcript
    }
}
