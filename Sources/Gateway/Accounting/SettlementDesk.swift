import Ledger
import Logging
import OpenAI
import Synchronization
import WebServer

/// Brings settlements to the ledger, however long it cannot be reached.
///
/// A settlement runs in a task of its own, so that neither a client that leaves nor a database that is gone loses it.
/// Who waits for it waits a moment only: what was reserved covers the charge, so an answer need not be held back.
final class SettlementDesk: Sendable {
    private let ledger: Ledger
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let metrics: SettlementMetrics
    private let state = Mutex(State())

    private struct State {
        var numPending = 0
        var hasGivenUp = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// How long an answer is held back for its settlement.
    private static let patience = Duration.seconds(2)
    /// How long a worker may take to stop and say what a request was for it.
    private static let lastWordDeadline = Duration.seconds(10)
    private static let firstPause = Duration.milliseconds(100)
    private static let longestPause = Duration.seconds(5)

    init(ledger: Ledger, clock: any Clock<Duration>, logger: Logger, metrics: SettlementMetrics) {
        self.ledger = ledger
        self.clock = clock
        self.logger = logger
        self.metrics = metrics
    }

    /// A settlement on its way.
    struct Ticket: Sendable {
        fileprivate let task: Task<Void, Never>
        fileprivate let clock: any Clock<Duration>

        /// Returns when the ledger has it, or after a moment.
        func wait() async { _ = await Patience.wait(SettlementDesk.patience, clock) { await task.value } }
    }

    /// - Parameters:
    ///   - request: makes the settlement; it may wait for the worker.
    ///   - whenTaken: called when the ledger has it, or will never take it.
    @discardableResult
    func settle(
        _ request: @escaping @Sendable () async -> SettlementRequest, whenTaken: @escaping @Sendable () -> Void = {}
    ) -> Ticket {
        state.withLock { $0.numPending += 1 }
        metrics.begun()
        let task = Task.detached {
            if await self.bring(await request()) { whenTaken() }
            self.metrics.ended()
            self.state.withLock { $0.numPending -= 1 }
            self.releaseWaiters { $0.numPending == 0 }
        }
        return Ticket(task: task, clock: clock)
    }

    /// What a request was for its worker; nil when the worker does not say it in time.
    func lastWord(of stream: GenerationStream) async -> GenerationTotals? {
        let totals = await Patience.wait(Self.lastWordDeadline, clock) { await stream.totals() } ?? nil
        if totals == nil { logger.warning("a worker gave no last word on a request") }
        return totals
    }

    /// Returns when the ledger has everything, or the desk has given up.
    /// - Returns: whether the ledger has everything.
    func waitUntilEmpty() async -> Bool {
        await withCheckedContinuation { waiter in
            let isOver = state.withLock { state in
                if state.numPending == 0 || state.hasGivenUp { return true }
                state.waiters.append(waiter)
                return false
            }
            if isOver { waiter.resume() }
        }
        return state.withLock { $0.numPending == 0 }
    }

    /// Ends the wait for a ledger that cannot be reached, because the server ends.
    func giveUp() {
        let numPending = state.withLock { state in
            state.hasGivenUp = true
            return state.numPending
        }
        guard numPending > 0 else { return }
        logger.error("settlements left to expire", metadata: ["requests": "\(numPending)"])
        releaseWaiters { _ in true }
    }

    private func releaseWaiters(_ isDue: (State) -> Bool) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard isDue(state) else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// - Returns: false when the desk gave up before the ledger took it.
    private func bring(_ request: SettlementRequest) async -> Bool {
        var pause = Self.firstPause
        while true {
            do throws(LedgerError) {
                _ = try await ledger.settle(request)
                return true
            } catch {
                guard case .store = error else {
                    // Nothing that trying again would change.
                    metrics.wasRefused()
                    logger.error("settlement refused", metadata: ["id": "\(request.requestID)", "error": "\(error)"])
                    return true
                }
                if pause == Self.firstPause { logger.warning("settlements wait", metadata: ["error": "\(error)"]) }
            }
            guard !state.withLock({ $0.hasGivenUp }), (try? await clock.sleep(for: pause)) != nil else { return false }
            metrics.triedAgain()
            pause = min(pause * 2, Self.longestPause)
        }
    }
}
