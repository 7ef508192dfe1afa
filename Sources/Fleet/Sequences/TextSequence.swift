import OpenAI
import Synchronization

/// A sequence that goes on behind a text whose tokens nobody told: its worker is asked for them first.
final class TextSequence: RemoteSequence {
    /// What becomes of it when the tokens are known.
    enum Next: Sendable {
        case request(GenerationRequest)
        /// The worker's context has no room for more.
        case full
        /// Nobody waits for it any more.
        case left
    }

    private struct State {
        var isCancelled = false
        var asking: Task<Void, Never>?
        var sequence: (any RemoteSequence)?
    }

    private let state = Mutex(State())

    /// - Parameters:
    ///   - deliver: as `RemoteWorker.start` has it.
    ///   - next: is told the text's tokens.
    init(
        _ text: String, of model: String, at remote: any RemoteWorker,
        deliver: @escaping @Sendable (SequenceEvent) -> Void, next: @escaping @Sendable ([Int32]) -> Next
    ) {
        let asking = Task { [self] in
            do {
                switch next(try await Self.tokens(of: text, model, remote)) {
                case .request(let request): begin(remote.start(request, deliver: deliver))
                case .full: _ = FullSequence(deliver: deliver)
                case .left: deliver(.ended(.failed(.cancelled), nil))
                }
            } catch {
                deliver(.ended(.failed(Self.failure(error)), nil))
            }
        }
        let isCancelled = state.withLock { state in
            state.asking = asking
            return state.isCancelled
        }
        if isCancelled { asking.cancel() }
    }

    private static func tokens(of text: String, _ model: String, _ remote: any RemoteWorker) async throws -> [Int32] {
        var request = GenerationRequest(id: "", model: model, prompt: .text([text]))
        request.addsSpecialTokens = false
        guard let tokens = try await remote.tokenize(request).first, !tokens.isEmpty else {
            throw RemoteFailure.broken("it has no tokens for a text")
        }
        return tokens
    }

    /// A worker that cannot tell the tokens ends the answer: another one of its kind could not either.
    private static func failure(_ error: any Error) -> RemoteFailure {
        switch error as? RemoteFailure {
        case .refused, .broken: .refused(.cutOff)
        case .some(let failure): failure
        case nil: error is CancellationError ? .cancelled : .lost("\(error)")
        }
    }

    private func begin(_ sequence: any RemoteSequence) {
        let isCancelled = state.withLock { state in
            state.sequence = sequence
            return state.isCancelled
        }
        if isCancelled { sequence.cancel() }
    }

    func cancel() {
        let (asking, sequence) = state.withLock { state in
            state.isCancelled = true
            return (state.asking, state.sequence)
        }
        asking?.cancel()
        sequence?.cancel()
    }
}

/// A sequence that has no room for another token.
struct FullSequence: RemoteSequence {
    init(deliver: @Sendable (SequenceEvent) -> Void) {
        deliver(.progress([.finished(choice: 0, reason: .length, completionTokens: 0)]))
        deliver(.ended(.finished, nil))
    }

    func cancel() {}
}
