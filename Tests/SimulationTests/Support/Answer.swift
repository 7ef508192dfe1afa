import Engine
import Synchronization

/// What one request was told, up to its release.
struct Answer: Sendable, Equatable {
    var cachedTokens: Int?
    var tokens: [Int32] = []
    var text = ""
    /// What was shown with each token.
    var pieces: [String] = []
    var reason: FinishReason?
    var error: EngineError?
}

extension Engine {
    /// Submits requests together and waits for all of their answers.
    func answers(_ requests: [EngineRequest]) async throws -> [Answer] {
        let (events, continuation) = AsyncStream.makeStream(of: (Int, EngineEvent).self)
        _ = try submit(requests) { continuation.yield(($0, $1)) }
        var answers = requests.map { _ in Answer() }
        var unfinished = requests.count
        for await (place, event) in events {
            switch event {
            case .started(let cachedTokens): answers[place].cachedTokens = cachedTokens
            case .token(let choice, let text, _):
                answers[place].tokens.append(choice.token)
                answers[place].text += text
                answers[place].pieces.append(text)
            case .finished(let reason, _, let text, _):
                answers[place].text += text
                answers[place].reason = reason
            case .failed(let error): answers[place].error = error
            case .released: unfinished -= 1
            }
            if unfinished == 0 { break }
        }
        return answers
    }

    func answer(_ request: EngineRequest) async throws -> Answer {
        let all = try await answers([request])
        return all[0]
    }
}
