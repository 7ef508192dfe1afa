import Ledger
import Synchronization
import Testing

/// Requests that several tasks admit and settle while the database is disturbed, until they are told to stop.
final class GatewayLoad: Sendable {
    struct Outcome {
        /// What requests were charged whose settlement was acknowledged.
        var settled: [String: PicoUSD] = [:]
        /// What the store failed with.
        var failures: [StoreError] = []
        /// What is neither an answer nor the store's failure.
        var strange: [LedgerError] = []
    }

    private let state = Mutex((outcome: Outcome(), isOver: false))

    var outcome: Outcome { state.withLock { $0.outcome } }

    /// Runs the load on the ledgers beside the body.
    func run(on ledgers: [Ledger], _ body: () async throws -> Void) async throws {
        let result: Result<Void, any Error>
        async let tasks: Void = withTaskGroup(of: Void.self) { group in
            for lane in 0..<8 { group.addTask { await self.work(lane, ledgers[lane % ledgers.count]) } }
        }
        do { result = .success(try await body()) } catch { result = .failure(error) }
        state.withLock { $0.isOver = true }
        await tasks
        try result.get()
        #expect(outcome.strange.isEmpty)
    }

    /// Returns when so many more requests are settled; throws when the test's time is over.
    func settles(_ count: Int) async throws {
        let target = outcome.settled.count + count
        while outcome.settled.count < target { try await pause() }
    }

    /// Returns when the store has failed so many more times; throws when the test's time is over.
    func fails(_ count: Int) async throws {
        let target = outcome.failures.count + count
        while outcome.failures.count < target { try await pause() }
    }

    /// Waits for what others do; a loop of `yield` alone would take the processor from them.
    private func pause() async throws { try await Task.sleep(for: .milliseconds(5)) }

    private func work(_ lane: Int, _ ledger: Ledger) async {
        var number = lane
        while !state.withLock({ $0.isOver }) {
            await request(number, ledger)
            number += 8
        }
    }

    /// Asks again until it is answered, as a gateway does.
    private func request(_ number: Int, _ ledger: Ledger) async {
        while !state.withLock({ $0.isOver }) {
            do throws(LedgerError) {
                // A crash of the server may lose what was admitted.
                let copy = try await ledger.admit(.sample(number)).reservation
                let settled = try await ledger.settle(.sample(number, output: 1 + number % 50, reservation: copy))
                return state.withLock { $0.outcome.settled[settled.requestID] = settled.charge }
            } catch .store(let error) {
                state.withLock { $0.outcome.failures.append(error) }
                guard (try? await pause()) != nil else { return }
            } catch .differentRequest {
                // Its settlement had gone through without an answer.
                return
            } catch {
                return state.withLock { $0.outcome.strange.append(error) }
            }
        }
    }

    /// All that was acknowledged is there, at its price, and what the tenant has left agrees with all charges.
    func expectKept(_ ledger: Ledger, credit: PicoUSD) async throws {
        let charges = try await ledger.charges()
        let lost = outcome.settled.filter { charges[$0.key] != $0.value }
        #expect(lost.isEmpty)
        #expect(try await ledger.allBalances()["tenant:acme"] == credit - charges.values.reduce(.zero, +))
        try await expectVerified(ledger)
    }
}
