package import OpenAI

/// A worker in another process, as the fleet uses it: one sequence at a time.
package protocol RemoteWorker: Sendable {
    /// Asks what it is. Also the first proof that it lives.
    /// - Throws: `RemoteFailure`.
    func describe() async throws -> RemoteDescription

    /// Follows its load until the caller stops or the connection ends.
    ///
    /// - Parameter report: is called for each report, in order; the time between two is a heartbeat.
    /// - Throws: `RemoteFailure` when the reports end.
    func followLoad(_ report: @escaping @Sendable (LoadReport) -> Void) async throws

    /// The tokens of each prompt of a request, chat template applied.
    func tokenize(_ request: GenerationRequest) async throws -> [[Int32]]

    /// Starts one sequence: a request with one token prompt and `n` 1, its seed set.
    ///
    /// - Parameter deliver: takes what comes, in order, on a thread of the connection's: it must return at once.
    ///   Exactly one `ended` comes, last, also after `cancel`.
    func start(
        _ request: GenerationRequest, deliver: @escaping @Sendable (SequenceEvent) -> Void
    ) -> any RemoteSequence

    /// Ends its connections.
    func close() async
}

/// A sequence that a remote worker generates.
package protocol RemoteSequence: Sendable {
    /// Tells the worker to stop. Any thread may call it, any number of times.
    func cancel()
}

/// What comes from a sequence.
package enum SequenceEvent: Sendable {
    /// Events of choice 0, checked: token ids in range, counts that do not fall. With `finished` the answer is whole,
    /// whatever comes of the connection afterwards.
    case progress([GenerationEvent])
    /// Nothing more comes. What the worker did for it, if it could say: that comes after the answer.
    case ended(SequenceEnd, GenerationTotals.Share?)
}

/// How a sequence ended at its worker.
package enum SequenceEnd: Sendable {
    /// After the event `finished`, also when the connection was lost behind it.
    case finished
    case failed(RemoteFailure)

    /// - Parameter hasFinished: the answer is whole: a connection that ends then takes nothing with it.
    init(_ failure: RemoteFailure?, hasFinished: Bool) {
        switch failure {
        case nil: self = .finished
        case .lost where hasFinished, .draining where hasFinished: self = .finished
        case .some(let failure): self = .failed(failure)
        }
    }
}

/// Why a worker did not do what it was asked.
package enum RemoteFailure: Error, Sendable, Equatable {
    /// The request is wrong, whoever is asked: the client gets this error.
    case refused(APIError)
    /// It has no room now.
    case busy(retryAfterSeconds: Int)
    /// It is being drained or stops: what it had not finished goes on elsewhere.
    case draining
    /// It cannot be reached, was cut off, or said nothing for too long.
    case lost(String)
    /// It said what cannot be true: broken JSON, tokens out of range, another model, an endless line.
    case broken(String)
    /// `cancel` was called.
    case cancelled
}
