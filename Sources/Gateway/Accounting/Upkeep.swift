import Ledger
import Logging
import OpenAI
import WebServer

/// What has to be done for the ledger now and then while a server runs: keep the progress of running requests, settle
/// what servers left that died, record the worker's own count of tokens, remove answers that were kept long enough.
struct Upkeep: Sendable {
    let accounting: Accounting
    let worker: any Worker
    let startedMs: Int64
    let clock: any Clock<Duration>
    let logger: Logger

    private static let closingDeadline = Duration.seconds(10)
    /// A sixth of a reservation's lease, so that a few that fail do no harm.
    private static let interval = Duration.milliseconds(Ledger.leaseMs / 6)
    /// Rounds of a whole lease and one more.
    private static let healthyRounds = 7
    /// Transactions that a round removes old answers by.
    private static let removals = 20

    /// Goes on until it is cancelled. What may take long never holds up the notes that keep reservations alive.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await keepProgressAndExpire() }
            group.addTask { await every(Self.interval) { await recordCounters(isClosed: false) } }
            group.addTask { await every(Self.interval) { await removeOldAnswers() } }
        }
    }

    /// The last words, when no request runs any more: the settlements under way, and then the counters that usage is
    /// held against. A database that is gone does not hold the server up: what is not settled expires, and its worker's
    /// counters stay open, because they cannot be compared.
    func finish() async {
        let desk = accounting.desk
        let isDone = await Patience.wait(Self.closingDeadline, clock) {
            guard await desk.waitUntilEmpty() else { return false }
            await recordCounters(isClosed: true)
            return true
        }
        if isDone == nil { desk.giveUp() }
    }

    private func every(_ interval: Duration, _ work: () async -> Void) async {
        while (try? await clock.sleep(for: interval)) != nil { await work() }
    }

    /// After an outage servers have to say first which requests are alive, so nothing expires until the ledger was
    /// there for a whole lease.
    private func keepProgressAndExpire() async {
        var healthyRounds = Self.healthyRounds
        await every(Self.interval) {
            healthyRounds = await accounting.keepProgress() ? healthyRounds + 1 : 0
            guard healthyRounds >= Self.healthyRounds else { return }
            if await !settleExpired() { healthyRounds = 0 }
        }
    }

    /// - Returns: whether the ledger could be reached.
    private func settleExpired() async -> Bool {
        do throws(LedgerError) {
            let count = try await accounting.ledger.expireReservations()
            if count > 0 { logger.notice("settled what dead servers had reserved", metadata: ["requests": "\(count)"]) }
            return true
        } catch {
            logger.warning("expired reservations wait", metadata: ["error": "\(error)"])
            if case .store = error { return false }
            return true
        }
    }

    /// A bounded part at a time.
    private func removeOldAnswers() async {
        do throws(IdempotencyError) {
            for _ in 0..<Self.removals where try await IdempotencyStore(accounting.ledger).removeExpired() == 0 {
                break
            }
        } catch {
            logger.warning("old answers not removed", metadata: ["error": "\(error)"])
        }
    }

    private func recordCounters(isClosed: Bool) async {
        guard let counters = await worker.counters() else { return }
        do {
            try await accounting.ledger.recordCounters(
                worker: worker.id, startedMs: startedMs, promptTokens: counters.promptTokens,
                generatedTokens: counters.generatedTokens, isClosed: isClosed)
        } catch {
            logger.warning("counters not recorded", metadata: ["error": "\(error)"])
        }
    }
}
