package import OpenAI
import Synchronization

/// One generation of a `FakeWorker`, which a test feeds. It counts the tokens of its events, and gives its last
/// word when it is finished or its reader has gone.
package final class FakeGeneration: Sendable {
    private struct State {
        var promptTokens = 0
        /// Of each choice.
        var generatedTokens: [Int]
    }

    private let continuation: GenerationStream.Continuation
    private let state: Mutex<State>

    init(
        _ continuation: GenerationStream.Continuation, numChoices: Int, onCancel: @escaping @Sendable () -> Void
    ) {
        self.continuation = continuation
        state = Mutex(State(generatedTokens: Array(repeating: 0, count: numChoices)))
        continuation.onCancel { [weak self] in
            onCancel()
            self?.release()
        }
    }

    package func yield(_ event: GenerationEvent) {
        state.withLock { state in
            switch event {
            case .started(let promptTokens, _): state.promptTokens = promptTokens
            case .delta(let choice, _, let completionTokens, _, _), .finished(let choice, _, let completionTokens):
                if state.generatedTokens.indices.contains(choice) { state.generatedTokens[choice] = completionTokens }
            case .served: break
            }
        }
        continuation.yield(event)
    }

    package func finish(throwing error: (any Error)? = nil) {
        continuation.finish(throwing: error)
        release()
    }

    package var totals: GenerationTotals {
        state.withLock {
            GenerationTotals(prefilledTokens: $0.promptTokens, generatedTokens: $0.generatedTokens.reduce(0, +))
        }
    }

    private func release() { continuation.release(totals) }
}
