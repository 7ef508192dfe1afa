import OpenAI

/// What to do with a choice whose worker did not finish it. Pure.
struct MovePolicy: Sendable {
    /// Workers that may be lost in a row while they work on a choice, without a token in between, before it is taken
    /// for the reason.
    var maximumLosses = 8

    enum Decision: Sendable, Equatable {
        /// It waits for another worker.
        case move
        /// The client is told.
        case fail(APIError)
    }

    /// - Parameters:
    ///   - losses: workers lost in a row while they worked on this choice, the present one included.
    ///   - isBound: text was sent whose tokens its worker did not tell.
    func decide(_ failure: RemoteFailure, losses: Int, isBound: Bool) -> Decision {
        switch failure {
        case .refused(let error): return .fail(error)
        case .busy, .draining, .lost, .broken, .cancelled: break
        }
        // A request that brings down every worker it meets must not meet them all.
        if losses >= maximumLosses { return .fail(.internalFailure) }
        return isBound ? .fail(.cutOff) : .move
    }
}

extension APIError {
    /// An engine that does not tell token ids was lost in the middle of an answer.
    static let cutOff = APIError(
        status: 502,
        message: "The worker was lost in the middle of the answer, and its engine does not tell what another worker "
            + "needs to go on; ask again.",
        type: "server_error", code: "answer_cut_off")
}
