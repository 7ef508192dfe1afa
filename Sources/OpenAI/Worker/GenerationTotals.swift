import Synchronization

/// The work that a request was for its worker, whether or not anybody read the result.
package struct GenerationTotals: Sendable, Equatable {
    /// What the request added to `vllm:prompt_tokens_total`: the tokens of its prompt, cached ones included, for
    /// each choice that left the queue. With `n` choices a prompt counts up to `n` times here, once in its usage.
    package var prefilledTokens: Int
    /// What the request added to `vllm:generation_tokens_total`: the tokens of all choices, sent or not.
    package var generatedTokens: Int
    /// Where several workers served (`GenerationEvent.served`): what each of them did, by its id. One that was lost
    /// without a word is missing.
    package var shares: [String: Share]

    package init(prefilledTokens: Int = 0, generatedTokens: Int = 0, shares: [String: Share] = [:]) {
        self.prefilledTokens = prefilledTokens
        self.generatedTokens = generatedTokens
        self.shares = shares
    }

    /// One worker's part of the same two numbers.
    package struct Share: Sendable, Equatable {
        package var prefilledTokens: Int
        package var generatedTokens: Int

        package init(prefilledTokens: Int = 0, generatedTokens: Int = 0) {
            self.prefilledTokens = prefilledTokens
            self.generatedTokens = generatedTokens
        }
    }
}

extension GenerationStream {
    /// The worker's last word on a request: said once, heard by everybody who asks, before or after.
    final class LastWord: Sendable {
        private enum State {
            case awaited([CheckedContinuation<GenerationTotals?, Never>])
            case said(GenerationTotals?)
        }

        private let state = Mutex(State.awaited([]))

        /// Nil: the worker went without a word. Only the first call counts.
        func say(_ totals: GenerationTotals?) {
            let waiting = state.withLock { state -> [CheckedContinuation<GenerationTotals?, Never>] in
                guard case .awaited(let waiting) = state else { return [] }
                state = .said(totals)
                return waiting
            }
            for listener in waiting { listener.resume(returning: totals) }
        }

        func hear() async -> GenerationTotals? {
            await withCheckedContinuation { listener in
                let said = state.withLock { state -> GenerationTotals?? in
                    switch state {
                    case .said(let totals): return totals
                    case .awaited(let waiting):
                        state = .awaited(waiting + [listener])
                        return .none
                    }
                }
                if let said { listener.resume(returning: said) }
            }
        }
    }
}
