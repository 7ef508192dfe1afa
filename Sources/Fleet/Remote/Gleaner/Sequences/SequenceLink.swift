import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import OpenAI
import Synchronization

/// One connection to a worker that sequences share (`SequenceProtocol`), from its opening to its end.
///
/// Everything is delivered on the connection's event loop and in order; commands may come from anywhere.
final class SequenceLink: Sendable {
    private struct State {
        var sequences: [UInt32: LinkedSequence] = [:]
        /// Those that were cancelled and whose last news have not come, and the looks since then.
        var leaving: [UInt32: Int] = [:]
        /// The number of the next sequence.
        var next: UInt32 = 0
        /// Commands that are to be sent.
        var outbox = FrameWriter()
        var isFlushDue = false
        /// Bytes that the network has not taken.
        var pendingBytes = 0
        var writer: HTTPClient.Body.StreamWriter?
        /// Of the body that commands go out in.
        var bodyEnd: EventLoopPromise<Void>?
        /// Why it is over.
        var failure: RemoteFailure?
        var cancel: (@Sendable () -> Void)?
        var stopLooking: (@Sendable () -> Void)?
    }

    private let connection: WorkerConnection
    private let state = Mutex(State())
    private let opening = Later<Void>()

    /// A worker that does not take commands is given no more than so many bytes of them.
    private static let maximumPendingBytes = 64 << 20
    /// What a worker has not done after so many looks, it does not do.
    private static let patience = 3

    /// Opens it.
    init(_ connection: WorkerConnection) {
        self.connection = connection
        let body = WorkerRequest.Body.frames { [weak self] writer in
            self?.begin(writer) ?? connection.loop.makeFailedFuture(RemoteFailure.cancelled)
        }
        let cancel = connection.send(
            WorkerRequest(method: .POST, path: SequenceProtocol.path, body: body), reader: FramedAnswer(),
            headDeadline: connection.endpoint.headDeadline, silence: GleanerDialect.silence,
            deliver: { [weak self] in self?.receive($0) }, ended: { [weak self] failure, _ in self?.end(failure) })
        let isOver = state.withLock { state in
            state.cancel = cancel
            return state.failure != nil
        }
        if isOver { cancel() } else { look() }
    }

    deinit { state.withLock { $0.cancel }?() }

    var isOver: Bool { state.withLock { $0.failure != nil } }

    /// Waits until the worker has said something, or it is over.
    func hasOpened() async -> Bool {
        await withTaskCancellationHandler {
            opening.onCancel { [weak self] in self?.close() }
            return (try? await opening.value()) != nil
        } onCancel: {
            opening.cancel()
        }
    }

    func close() { fail(.cancelled) }

    // MARK: Commands

    /// - Parameter start: its number is given here.
    func start(
        _ start: SequenceStart, _ expected: ExpectedAnswer, deliver: @escaping @Sendable (SequenceEvent) -> Void
    ) -> any RemoteSequence {
        let sequence = LinkedSequence(expected, deliver: deliver)
        var start = start
        let (number, refusal) = state.withLock { state -> (UInt32, RemoteFailure?) in
            if let failure = state.failure {
                return (0, failure == .cancelled ? .lost("its connection ended") : failure)
            }
            guard state.pendingBytes + state.outbox.bytes.count <= Self.maximumPendingBytes else {
                return (0, .busy(retryAfterSeconds: 1))
            }
            start.sequence = state.next
            state.next &+= 1
            state.sequences[start.sequence] = sequence
            SequenceCommand.start(start).append(to: &state.outbox)
            return (start.sequence, nil)
        }
        if let refusal {
            sequence.end(refusal).run()
            return HTTPSequence {}
        }
        flushSoon()
        return HTTPSequence { [weak self] in self?.cancel(number) }
    }

    private func cancel(_ number: UInt32) {
        let isNew = state.withLock { state in
            guard state.sequences[number]?.isCancelled == false else { return false }
            state.sequences[number]?.isCancelled = true
            SequenceCommand.cancel(sequence: number).append(to: &state.outbox)
            return true
        }
        guard isNew else { return }
        flushSoon()
        connection.loop.execute { self.leave(number) }
    }

    /// A sequence ends that was cancelled.
    private func leave(_ number: UInt32) {
        let sequence = state.withLock { state in
            guard let sequence = state.sequences.removeValue(forKey: number) else { return nil as LinkedSequence? }
            state.leaving[number] = 0
            return sequence
        }
        sequence?.end(.cancelled).run()
    }

    // MARK: Sending, on the event loop

    private func begin(_ writer: HTTPClient.Body.StreamWriter) -> EventLoopFuture<Void> {
        let end = connection.loop.makePromise(of: Void.self)
        let isOver = state.withLock { state in
            SequenceCommand.pulse.append(to: &state.outbox)
            guard state.failure == nil else { return true }
            (state.writer, state.bodyEnd) = (writer, end)
            return false
        }
        if isOver { end.succeed() }
        flush()
        return end.futureResult
    }

    /// Commands of one moment go out together.
    private func flushSoon() {
        let isDue = state.withLock { state in
            defer { state.isFlushDue = true }
            return !state.isFlushDue
        }
        if isDue { connection.loop.execute { self.flush() } }
    }

    private func flush() {
        let (bytes, writer) = state.withLock { state -> (ByteBuffer?, HTTPClient.Body.StreamWriter?) in
            state.isFlushDue = false
            guard state.writer != nil, state.failure == nil, !state.outbox.bytes.isEmpty else { return (nil, nil) }
            defer { state.outbox.removeAll() }
            state.pendingBytes += state.outbox.bytes.count
            return (ByteBuffer(bytes: state.outbox.bytes), state.writer)
        }
        guard let bytes, let writer else { return }
        let count = bytes.readableBytes
        writer.write(.byteBuffer(bytes)).whenComplete { [weak self] _ in
            self?.state.withLock { $0.pendingBytes -= count }
        }
    }

    // MARK: Receiving, on the event loop

    private func receive(_ elements: [FramedAnswer.Element]) {
        for element in elements {
            switch element {
            case .pulse: opening.say((), failure: nil)
            case .news(let news): receive(news)
            }
        }
    }

    private func receive(_ news: [SequenceNews]) {
        var deliveries: [LinkedSequence.Delivery] = []
        deliveries.reserveCapacity(news.count)
        let (fault, hasCommands) = state.withLock { state -> (RemoteFailure?, Bool) in
            let before = state.outbox.bytes.count
            for one in news {
                if let fault = Self.receive(one, in: &state, &deliveries) { return (fault, false) }
            }
            return (nil, state.outbox.bytes.count > before)
        }
        for delivery in deliveries { delivery.run() }
        if hasCommands { flushSoon() }
        if let fault { fail(fault) }
    }

    /// - Returns: what makes the connection useless.
    private static func receive(
        _ one: SequenceNews, in state: inout State, _ deliveries: inout [LinkedSequence.Delivery]
    ) -> RemoteFailure? {
        let number = one.sequence
        guard let fate = state.sequences[number]?.receive(one.event, into: &deliveries) else {
            guard state.leaving[number] != nil else {
                return .broken("it has news of the sequence \(number), which it does not have")
            }
            if one.event.isLast { state.leaving[number] = nil }
            return nil
        }
        switch fate {
        case .goesOn: break
        case .over: state.sequences[number] = nil
        case .abandoned:
            state.sequences[number] = nil
            guard !one.event.isLast else { break }
            state.leaving[number] = 0
            SequenceCommand.cancel(sequence: number).append(to: &state.outbox)
        }
        return nil
    }

    // MARK: Deadlines

    /// Looks now and then what the worker owes, which costs a sequence less than a deadline of its own, and tells it that
    /// we live.
    private func look() {
        let stop = connection.schedule(in: connection.endpoint.headDeadline / 2) { [weak self] in self?.hasLooked() }
        let isOver = state.withLock { state in
            state.stopLooking = stop
            return state.failure != nil
        }
        if isOver { stop() }
    }

    private func hasLooked() {
        let (late, isStuck) = state.withLock { state -> ([LinkedSequence.Delivery], Bool) in
            SequenceCommand.pulse.append(to: &state.outbox)
            for number in state.leaving.keys { state.leaving[number, default: 0] += 1 }
            return (Self.takeLate(&state), state.leaving.values.contains { $0 >= Self.patience })
        }
        for delivery in late { delivery.run() }
        guard !isStuck else { return fail(.lost("it does not end sequences that were cancelled")) }
        flushSoon()
        look()
    }

    /// Those that the worker did not say it has.
    private static func takeLate(_ state: inout State) -> [LinkedSequence.Delivery] {
        var late: [LinkedSequence.Delivery] = []
        for (number, sequence) in state.sequences where !sequence.isAccepted {
            state.sequences[number]?.looks += 1
            guard sequence.looks + 1 >= patience else { continue }
            late.append(sequence.end(.lost("it did not answer in time")))
            state.sequences[number] = nil
            state.leaving[number] = 0
            SequenceCommand.cancel(sequence: number).append(to: &state.outbox)
        }
        return late
    }

    // MARK: The end

    /// Cuts it.
    private func fail(_ failure: RemoteFailure) {
        let cancel = state.withLock { state in
            if state.failure == nil { state.failure = failure }
            return state.cancel
        }
        cancel?()
        connection.loop.execute { self.end(failure) }
    }

    private func end(_ failure: RemoteFailure?) {
        let (last, reason) = state.withLock { state in
            let reason = state.failure ?? failure ?? .lost("it ended the connection of its sequences")
            defer { state = State(next: state.next, failure: reason) }
            return (state, reason)
        }
        last.stopLooking?()
        last.bodyEnd?.succeed()
        opening.say((), failure: reason)
        for sequence in last.sequences.values { sequence.end(reason).run() }
    }
}

extension SequenceNews.Event {
    /// Nothing comes of the sequence after it.
    fileprivate var isLast: Bool {
        switch self {
        case .done, .failed: true
        case .accepted, .started, .progress: false
        }
    }
}
