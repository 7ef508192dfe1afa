import Engine
import Synchronization

/// What one request was told.
struct Answer: Sendable, Equatable {
    var cachedTokens: Int?
    var tokens: [Int32] = []
    var logprobs: [Float?] = []
    /// What each token let show, and the end after them.
    var texts: [String] = []
    var lastText = ""
    /// Ended the answer, behind `tokens`.
    var stopToken: Int32?
    var reason: FinishReason?
    var generatedTokens: Int?
    var error: EngineError?
    /// How many tokens were shown, after each token.
    var shownTokens: [Int] = []

    var text: String { texts.joined() + lastText }
}

/// Gathers the events of one request and lets a test wait for its end.
final class Collector: Sendable {
    private struct State {
        var answer = Answer()
        var isOver = false
        var waiter: CheckedContinuation<Answer, Never>?
    }

    private let state = Mutex(State())

    func handle(_ event: EngineEvent) {
        let waiter = state.withLock { state -> (CheckedContinuation<Answer, Never>, Answer)? in
            switch event {
            case .started(let cachedTokens): state.answer.cachedTokens = cachedTokens
            case .token(let choice, let text, let shownTokens):
                state.answer.tokens.append(choice.token)
                state.answer.logprobs.append(choice.logprob)
                state.answer.texts.append(text)
                state.answer.shownTokens.append(shownTokens)
            case .finished(let reason, let generatedTokens, let text, let stopToken):
                (state.answer.lastText, state.answer.stopToken) = (text, stopToken)
                (state.answer.reason, state.answer.generatedTokens) = (reason, generatedTokens)
                state.isOver = true
            case .failed(let error):
                state.answer.error = error
                state.isOver = true
            case .released: break
            }
            guard state.isOver, let waiter = state.waiter else { return nil }
            state.waiter = nil
            return (waiter, state.answer)
        }
        if let (waiter, answer) = waiter { waiter.resume(returning: answer) }
    }

    var soFar: Answer { state.withLock { $0.answer } }

    func end() async -> Answer {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state -> Answer? in
                if state.isOver { return state.answer }
                state.waiter = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}

extension Engine {
    func answer(_ request: EngineRequest) async throws -> Answer {
        let collector = Collector()
        _ = try submit(request) { collector.handle($0) }
        return await collector.end()
    }
}
