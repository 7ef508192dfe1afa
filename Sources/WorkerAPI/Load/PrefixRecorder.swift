import OpenAI
import Routing
import Synchronization

/// Tells the board which prefixes a request leaves in the cache: those of its prompts when they are computed, and with
/// the answers when it ends, however it ends.
final class PrefixRecorder: Sendable {
    private struct State {
        /// Of each prompt, once it is computed.
        var digests: [[UInt64]]?
        /// The tokens of each choice.
        var answers: [[Int32]]
        var isOver = false
    }

    private let model: String
    private let chain: PrefixChain
    private let prompts: [[Int32]]
    private let choicesPerPrompt: Int
    private let resumed: [Int32]
    private let board: LoadBoard
    private let state: Mutex<State>

    init(_ request: GenerationRequest, prompts: [[Int32]], board: LoadBoard) {
        model = request.model
        chain = PrefixChain(salt: request.cacheSalt)
        self.prompts = prompts
        choicesPerPrompt = request.n
        resumed = request.resumed
        self.board = board
        state = Mutex(State(answers: Array(repeating: [], count: prompts.count * request.n)))
    }

    func note(_ events: [GenerationEvent]) {
        for event in events {
            switch event {
            case .started: started()
            case .delta(let choice, _, _, _, let ids) where !ids.isEmpty:
                state.withLock { if $0.answers.indices.contains(choice) { $0.answers[choice] += ids } }
            case .delta, .finished, .served: break
            }
        }
    }

    private func started() {
        let digests = prompts.map { chain.digests(of: $0) }
        state.withLock { $0.digests = digests }
        for chunks in digests { board.use(chunks, of: model) }
    }

    /// Nothing more comes.
    func end() {
        let (digests, answers) = state.withLock { state -> ([[UInt64]], [[Int32]]) in
            defer { state = State(answers: [], isOver: true) }
            return (state.digests ?? [], state.answers)
        }
        for (choice, answer) in answers.enumerated() {
            let prompt = choice / choicesPerPrompt
            guard digests.indices.contains(prompt) else { return }
            // The last token was sampled and never computed.
            let tokens = prompts[prompt] + resumed + answer
            var chunks = digests[prompt]
            chain.extend(&chunks, over: tokens.dropLast())
            if chunks.count > digests[prompt].count { board.use(chunks, of: model) }
        }
    }
}
