import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OpenAI
import WebServer

/// `POST /gleaner/sequences`: all sequences of a gateway over one exchange, see `SequenceProtocol`.
struct SequenceRoute: Sendable {
    let starts: GenerationStart
    let running: RunningRequests
    let sessions: OpenSessions
    let bodies: BodyReader
    /// A connection that is silent for so long gets a pulse.
    let keepAliveInterval: Duration
    let clock: any Clock<Duration>

    /// How long the end of a sequence waits for the engine to count its work.
    private static let lastWordDeadline = Duration.seconds(2)

    func respond(to request: Request, context: WebContext) async throws -> Response {
        let session = SequenceSession()
        guard let ticket = sessions.add(session) else { throw running.refusal }
        context.allowEndlessBody()
        await context.onClientGone { session.leave() }
        let (body, logger) = (request.body, context.logger)
        return Response(
            status: .ok,
            headers: [
                .contentType: SequenceProtocol.contentType, .cacheControl: "no-cache", .accelBuffering: "no",
                .connection: "close",
            ],
            body: ResponseBody { writer in
                defer { withExtendedLifetime(ticket) {} }
                try await serve(session, body, logger, on: &writer)
            })
    }

    private func serve(
        _ session: SequenceSession, _ commands: RequestBody, _ logger: Logger, on writer: inout any ResponseBodyWriter
    ) async throws {
        defer { session.close() }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await obey(commands, session, logger) }
            tasks.addTask {
                while (try? await clock.sleep(for: keepAliveInterval)) != nil { session.tick() }
            }
            defer { tasks.cancelAll() }
            try await write(session, to: &writer)
            try await writer.finish(nil)
        }
    }

    private func write(_ session: SequenceSession, to writer: inout any ResponseBodyWriter) async throws {
        // The tasks of its sequences end when it is closed.
        defer { session.leave() }
        var ended: [SharedSequence] = []
        while let bytes = await session.next(ended: &ended, lastWord: { hear(session, $0, $1) }) {
            try await writer.write(bytes)
            session.forget(ended)
            ended = []
        }
    }

    /// Asks what the worker did for a sequence that has ended.
    private func hear(_ session: SequenceSession, _ sequence: SharedSequence, _ stream: GenerationStream) {
        Task {
            sequence.finish(await Patience.wait(Self.lastWordDeadline, clock) { await stream.totals() } ?? nil)
            session.note(sequence)
        }
    }

    /// Does what the gateway says until it has nothing more to say.
    private func obey(_ commands: RequestBody, _ session: SequenceSession, _ logger: Logger) async {
        do {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                var splitter = FrameSplitter(limit: SequenceProtocol.maximumCommandBytes)
                for try await piece in commands {
                    for command in try Self.read(piece, &splitter) {
                        guard let begin = try take(command, session, logger) else { continue }
                        tasks.addTask { await begin() }
                    }
                }
            }
        } catch let fault as FrameError {
            logger.warning("gateway cut off", metadata: ["reason": "\(fault)"])
        } catch let fault as SessionFault {
            logger.warning("gateway cut off", metadata: ["reason": "\(fault)"])
        } catch {}
        session.leave()
    }

    private static func read(
        _ piece: ByteBuffer, _ splitter: inout FrameSplitter
    ) throws -> [SequenceCommand] {
        var commands: [SequenceCommand] = []
        try piece.withUnsafeReadableBytes { bytes in
            try splitter.receive(bytes) { kind, payload throws(FrameError) in
                commands.append(try SequenceCommand(kind, payload))
            }
        }
        return commands
    }

    /// - Returns: what may take its time.
    private func take(
        _ command: SequenceCommand, _ session: SequenceSession, _ logger: Logger
    ) throws(SessionFault) -> (@Sendable () async -> Void)? {
        switch command {
        case .pulse: return nil
        case .cancel(let number):
            session.cancel(number)
            return nil
        case .start(let start):
            let sequence = SharedSequence(start, logger: logger)
            try session.add(sequence)
            return begin(sequence, start, session)
        }
    }

    private func begin(
        _ sequence: SharedSequence, _ start: SequenceStart, _ session: SequenceSession
    ) -> (@Sendable () async -> Void)? {
        let hasNews = { @Sendable [weak session, weak sequence] in
            if let session, let sequence { session.note(sequence) }
        }
        do throws(APIError) {
            let share = try bodies.share(of: 4 * start.prompt.count + 4 * start.resumed.count + start.parameters.count)
            return {
                await sequence.begin(start, with: starts, running, hasNews: hasNews)
                withExtendedLifetime(share) {}
            }
        } catch {
            sequence.fail(error)
            hasNews()
            return nil
        }
    }
}
