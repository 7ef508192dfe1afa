import NIOHTTP1
import OpenAI
import Synchronization

/// The sequences of a worker that share a connection. When it is lost, the next sequence opens another one.
final class SharedSequences: Sendable {
    private let connection: WorkerConnection
    private let link: Mutex<SequenceLink>

    /// Nil when no such connection comes about: what is between us may not let two streams through at once.
    init?(_ connection: WorkerConnection) async {
        self.connection = connection
        var first = SequenceLink(connection)
        var hasOpened = await first.hasOpened()
        // A connection that was kept may have ended in the moment in which it was used again.
        if !hasOpened, !Task.isCancelled {
            first = SequenceLink(connection)
            hasOpened = await first.hasOpened()
        }
        guard hasOpened else { return nil }
        link = Mutex(first)
    }

    /// Ends the connection, and with it all that runs there.
    func close() { link.withLock { $0 }.close() }

    func start(
        _ request: GenerationRequest, _ expected: ExpectedAnswer, deliver: @escaping @Sendable (SequenceEvent) -> Void
    ) -> any RemoteSequence {
        let start = SequenceStart(
            sequence: 0, name: request.nameInLogs ?? "", trace: Self.trace, prompt: request.tokenPrompt,
            resumed: request.resumed, parameters: GleanerBody.parameters(of: request, expected))
        let link = link.withLock { link in
            if link.isOver { link = SequenceLink(connection) }
            return link
        }
        return link.start(start, expected, deliver: deliver)
    }

    private static var trace: [(name: String, value: String)] { HTTPHeaders.traceOfTask.map { ($0.name, $0.value) } }
}
