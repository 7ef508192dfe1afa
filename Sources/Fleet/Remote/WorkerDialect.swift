import OpenAI

/// How one kind of worker is spoken to; made when a worker turned out to be of that kind.
protocol WorkerDialect: Sendable {
    /// What it said of itself then.
    var description: RemoteDescription { get }

    func followLoad(_ report: @escaping @Sendable (LoadReport) -> Void) async throws
    func tokenize(_ request: GenerationRequest) async throws -> [[Int32]]
    func start(
        _ request: GenerationRequest, deliver: @escaping @Sendable (SequenceEvent) -> Void
    ) -> any RemoteSequence
    /// Another one has taken its place.
    func close()
}

extension WorkerDialect {
    func close() {}
}

/// A sequence that runs as one HTTP request.
struct HTTPSequence: RemoteSequence {
    let cancelRequest: @Sendable () -> Void

    func cancel() { cancelRequest() }
}
