/// What goes wrong with a request.
package enum StandInFault: Sendable, Equatable {
    /// The server refuses, as one that is overloaded or starting does.
    case refuse(Int, retryAfterSeconds: Int? = nil)
    /// The connection breaks before anything is done.
    case cut
    /// The request is done, but its answer is lost.
    case loseAnswer
    /// Nothing is done and nothing is said.
    case hang
}
