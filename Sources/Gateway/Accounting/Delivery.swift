import Ledger
import OpenAI
import Synchronization

/// What was delivered of one admitted request, by this worker.
final class Delivery: Sendable {
    let reservation: Reservation
    private let workerID: String
    private let poolID: String
    private let state: Mutex<State>

    private struct State {
        var usage: DeliveredUsage
        var stream: GenerationStream?
    }

    init(reservation: Reservation, numChoices: Int, workerID: String, poolID: String) {
        self.reservation = reservation
        self.workerID = workerID
        self.poolID = poolID
        state = Mutex(State(usage: DeliveredUsage(numChoices: numChoices)))
    }

    var requestID: String { reservation.request.requestID }

    /// From now on a worker works for it.
    func attach(_ stream: GenerationStream) { state.withLock { $0.stream = stream } }

    /// Tells the worker to stop, if it has not.
    func cancel() { state.withLock { $0.stream }?.cancel() }

    /// Takes events into account that were sent to the client.
    func note(_ events: [GenerationEvent]) {
        state.withLock { state in
            for event in events { state.usage.note(event) }
        }
    }

    /// What is kept in case this server dies.
    var progress: [SegmentUsage] { [segment(totals: nil)] }

    /// What the request used, once the worker has said its last word.
    func settlement(
        _ outcome: Outcome, lastWord: (GenerationStream) async -> GenerationTotals?
    ) async -> SettlementRequest {
        var totals: GenerationTotals?
        if let stream = state.withLock({ $0.stream }) { totals = await lastWord(stream) }
        // With the reservation: a database that crashed may have forgotten it.
        return SettlementRequest(
            requestID: requestID, outcome: outcome, segments: [segment(totals: totals)], reservation: reservation)
    }

    private func segment(totals: GenerationTotals?) -> SegmentUsage {
        let usage = state.withLock { $0.usage }
        return SegmentUsage(
            worker: workerID, pool: poolID, promptTokens: usage.promptTokens, cachedTokens: usage.cachedTokens,
            outputTokens: usage.outputTokens,
            unsentTokens: max(0, (totals?.generatedTokens ?? 0) - usage.outputTokens),
            prefilledTokens: totals?.prefilledTokens ?? 0)
    }
}
