import OpenAI

/// What to do with a choice whose worker did not finish it. Pure.
struct MovePolicy: Sendable {
    /// Workers that may be lost in a row while they work on a choice, without a token in between, before it is taken
    /// for the reason.
    var maximumLosses = 3
    /// Workers that may be asked in a row without a token in between, whatever becomes of it.
    var maximumAttempts = 50

    enum Decision: Sendable, Equatable {
        /// It waits for another worker.
        case move
        /// The client is told.
        case fail(APIError)
        /// Nobody waits for it any more.
        case leave
    }

    /// - Parameters:
    ///   - losses: workers lost in a row while they worked on this choice, the present one included.
    ///   - attempts: workers asked in a row.
    func decide(_ failure: RemoteFailure, losses: Int, attempts: Int) -> Decision {
        if attempts >= maximumAttempts, failure != .cancelled { return .fail(.internalFailure) }
        switch failure {
        case .refused(let error): return .fail(error)
        case .cancelled: return .leave
        case .busy, .draining: return .move
        case .lost, .broken:
            // A request that brings down every worker it meets must not meet them all.
            return losses < maximumLosses ? .move : .fail(.internalFailure)
        }
    }
}
