import OpenAI
import Routing
import Synchronization

extension Dispatcher {
    /// The tokens that all choices of a request are expected to have.
    func expectedTokens(of request: GenerationRequest) -> Double {
        let expected = state.withLock { state in
            state.traffic[request.model]?.expectedTokens(
                tenant: request.tenant, model: request.model, limit: request.maxTokens ?? .max)
        }
        let unknown = min(OutputLengths.unknown, Double(request.maxTokens ?? .max))
        return (expected ?? unknown) * Double(request.numChoices)
    }

    /// What waits for each model.
    var waiting: [(model: String, choices: Int, tokens: Double)] {
        state.withLock { state in
            state.traffic.filter { $0.value.numWaiting > 0 }.map { ($0, $1.numWaiting, $1.waitingTokens) }
        }
    }

    func cachedTokens(of member: FleetMember) -> Int {
        state.withLock { state in state.traffic.values.reduce(0) { $0 + $1.cachedTokens(of: member.index) } }
    }
}
