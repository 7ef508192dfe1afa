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

    /// - Parameter losses: workers lost in a row while they worked on this choice, the present one included.
    func decide(_ failure: RemoteFailure, losses: Int) -> Decision {
        switch failure {
        case .refused(let error): return .fail(error)
        case .busy, .draining, .lost, .broken, .cancelled: break
        }
        // A request that brings down every worker it meets must not meet them all.
        return losses >= maximumLosses ? .fail(.internalFailure) : .move
    }
}

extension APIError {
    /// An engine that does not tell token ids was lost in the middle of an answer, and the next worker cannot read its
    /// text as tokens.
    static let cutOff = APIError(
        status: 502,
        message: "The worker was lost in the middle of the answer, and neither its engine nor the next one tells the "
            + "tokens of what came so far; ask again.",
        type: "server_error", code: "answer_cut_off")
}
