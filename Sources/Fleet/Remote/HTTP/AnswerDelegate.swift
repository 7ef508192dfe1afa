import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// How long an answer may take.
struct AnswerDeadline: Sendable {
    let timer: DeadlineTimer
    /// Nil = as long as it wants.
    var duration: Duration?
    /// Whether that is for all of the answer, not only for its head.
    var isForWhole = false
    /// For the end of the HTTP message once everything of interest has come.
    let rest: Duration
    /// The longest time without a byte, comments included; nil = as long as it wants.
    var silence: Duration?
}

/// Feeds one HTTP answer to its reader, on the connection's event loop and without leaving it, and sees to it that
/// the end is told exactly once.
final class AnswerDelegate<Reader: AnswerReading>: HTTPClientResponseDelegate {
    typealias Response = Void

    private struct State: Sendable {
        var reader: Reader
        var hasHead = false
        /// The end was told.
        var isEnded = false
        /// The connection has nothing more for us.
        var isOver = false
        var stopDeadline: (@Sendable () -> Void)?
        /// Bytes came since the last look, and how many looks found none.
        var hasHeard = false
        var silentLooks = 0
        var stopLooking: (@Sendable () -> Void)?
    }

    private enum Step {
        case goOn
        case complete
        case failed(RemoteFailure)
    }

    private let state: Mutex<State>
    private let deliver: @Sendable ([Reader.Element]) -> Void
    private let ended: @Sendable (RemoteFailure?, Reader) -> Void
    private let deadline: AnswerDeadline

    /// - Parameters:
    ///   - deliver: is called for the elements of each piece of the body that has some.
    ///   - ended: is called last, once; nil = the answer is complete.
    init(
        _ reader: Reader, deadline: AnswerDeadline, deliver: @escaping @Sendable ([Reader.Element]) -> Void,
        ended: @escaping @Sendable (RemoteFailure?, Reader) -> Void
    ) {
        state = Mutex(State(reader: reader))
        self.deadline = deadline
        self.deliver = deliver
        self.ended = ended
    }

    // MARK: Deadline

    /// Gives the answer until its deadline, if it has one and has not met it already.
    func watch(_ task: HTTPClient.Task<Void>) {
        look(task)
        guard let duration = deadline.duration else { return }
        start(duration, task)
        let isMet = state.withLock { $0.isOver || ($0.hasHead && !deadline.isForWhole) }
        if isMet { stopDeadline() }
    }

    private func start(_ duration: Duration, _ task: HTTPClient.Task<Void>) {
        let stop = deadline.timer.start(duration, task.eventLoop) {
            task.fail(reason: RemoteFailure.lost("it did not answer within \(duration)"))
        }
        state.withLock { $0.stopDeadline = stop }
    }

    private func stopDeadline() {
        let stop = state.withLock { $0.stopDeadline.take() }
        stop?()
    }

    // MARK: Silence

    /// Looks now and then whether something came, which costs a token less than a deadline that each sets anew. Two
    /// looks in a row must find nothing: bytes that wait for a thread that was held up are read between them.
    private func look(_ task: HTTPClient.Task<Void>) {
        guard let silence = deadline.silence else { return }
        let stop = deadline.timer.start(silence / 2, task.eventLoop) { [weak self] in self?.hasLooked(task, silence) }
        let isOver = state.withLock { state in
            state.stopLooking = stop
            return state.isOver
        }
        if isOver { stop() }
    }

    private func hasLooked(_ task: HTTPClient.Task<Void>, _ silence: Duration) {
        let isSilent = state.withLock { state -> Bool? in
            guard !state.isOver else { return nil }
            state.silentLooks = state.hasHeard ? 0 : state.silentLooks + 1
            state.hasHeard = false
            return state.silentLooks >= 2
        }
        switch isSilent {
        case true: task.fail(reason: RemoteFailure.lost("it sent nothing for \(silence)"))
        case false: look(task)
        case nil: break
        }
    }

    private func stopLooking() {
        let stop = state.withLock { $0.stopLooking.take() }
        stop?()
    }

    // MARK: The answer

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        let step = state.withLock { state -> Step in
            (state.hasHead, state.hasHeard) = (true, true)
            do throws(RemoteFailure) { try state.reader.receive(head) } catch { return .failed(error) }
            return .goOn
        }
        if !deadline.isForWhole { stopDeadline() }
        return finish(step, task)
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let (elements, step) = state.withLock { state -> ([Reader.Element], Step) in
            guard !state.isEnded else { return ([], .failed(.broken("it went on after the end"))) }
            state.hasHeard = true
            var elements: [Reader.Element] = []
            let step = buffer.withUnsafeReadableBytes { bytes -> Step in
                do throws(RemoteFailure) { try state.reader.receive(bytes, into: &elements) } catch {
                    return .failed(error)
                }
                return state.reader.isComplete ? .complete : .goOn
            }
            return (elements, step)
        }
        if !elements.isEmpty { deliver(elements) }
        return finish(step, task)
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) throws {
        let failure = state.withLock { state -> RemoteFailure? in
            do throws(RemoteFailure) { try state.reader.receiveEnd() } catch { return error }
            return nil
        }
        setOver()
        end(failure)
    }

    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) {
        setOver()
        end(RemoteFailure(network: error))
    }

    // MARK: The end

    private func finish(_ step: Step, _ task: HTTPClient.Task<Void>) -> EventLoopFuture<Void> {
        switch step {
        case .goOn: break
        case .complete:
            end(nil)
            // The connection can be used again if the answer ends now; one that does not is cut.
            start(deadline.rest, task)
        case .failed(let failure):
            end(failure)
            return task.eventLoop.makeFailedFuture(failure)
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    private func setOver() {
        state.withLock { $0.isOver = true }
        stopDeadline()
        stopLooking()
    }

    /// Tells the end, unless it was told before.
    func end(_ failure: RemoteFailure?) {
        let reader = state.withLock { state -> Reader? in
            guard !state.isEnded else { return nil }
            state.isEnded = true
            return state.reader
        }
        if let reader { ended(failure, reader) }
    }
}
