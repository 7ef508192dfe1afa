import Ledger
import OpenAI
import Synchronization

/// What was delivered of one admitted request.
final class Delivery: Sendable {
    let reservation: Reservation
    private let state: Mutex<State>

    private struct State {
        var usage: DeliveredUsage
        var stream: GenerationStream?
    }

    /// - Parameter worker: who serves while no event says otherwise.
    init(reservation: Reservation, numChoices: Int, by worker: ServingWorker) {
        self.reservation = reservation
        state = Mutex(State(usage: DeliveredUsage(numChoices: numChoices, by: worker)))
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
    var progress: [SegmentUsage] { state.withLock { $0.usage.segments } }

    /// What the request used, once its workers have said their last word.
    func settlement(
        _ outcome: Outcome, lastWord: (GenerationStream) async -> GenerationTotals?
    ) async -> SettlementRequest {
        var totals: GenerationTotals?
        if let stream = state.withLock({ $0.stream }) { totals = await lastWord(stream) }
        var segments = progress
        for place in segments.indices {
            segments[place].note(totals?.share(of: segments[place].worker, isAlone: segments.count == 1))
        }
        // With the reservation: a database that crashed may have forgotten it.
        return SettlementRequest(
            requestID: requestID, outcome: outcome, segments: segments, reservation: reservation)
    }
}

extension GenerationTotals {
    /// What one worker did; nil when it was lost without a word.
    fileprivate func share(of worker: String, isAlone: Bool) -> Share? {
        if let share = shares[worker] { return share }
        guard isAlone, shares.isEmpty else { return nil }
        return Share(prefilledTokens: prefilledTokens, generatedTokens: generatedTokens)
    }
}

extension SegmentUsage {
    fileprivate mutating func note(_ share: GenerationTotals.Share?) {
        unsentTokens = max(0, (share?.generatedTokens ?? 0) - outputTokens)
        prefilledTokens = share?.prefilledTokens ?? 0
    }
}
