import OpenAI
import Synchronization

/// Requests for which no worker is there that could even read them. They wait for the first, within the same limits as
/// those that wait in a queue.
final class UnservedRequests: Sendable {
    /// What waits for one model.
    struct Sum: Sendable {
        var requests = 0
        var choices = 0
        /// Expected of all answers.
        var tokens = 0.0
    }

    private struct State {
        var waiting: [String: (request: GenerationRequest, tokens: Double)] = [:]
        var models: [String: Sum] = [:]
        var numOfTenant: [String: Int] = [:]
    }

    private let limits: (model: Int, tenant: Int)
    private let state = Mutex(State())

    /// - Parameter limits: the requests that may wait for one model, and those of one tenant.
    init(limits: (model: Int, tenant: Int)) { self.limits = limits }

    /// - Parameter tokens: expected of all of its choices.
    /// - Throws: 429 when too many wait.
    func enter(_ request: GenerationRequest, tokens: Double) throws(APIError) {
        let isTaken = state.withLock { state in
            var sum = state.models[request.model] ?? Sum()
            let numOfTenant = state.numOfTenant[request.tenant] ?? 0
            guard sum.requests < limits.model, numOfTenant < limits.tenant, state.waiting[request.id] == nil else {
                return false
            }
            sum.requests += 1
            sum.choices += request.numChoices
            sum.tokens += tokens
            state.models[request.model] = sum
            state.numOfTenant[request.tenant] = numOfTenant + 1
            state.waiting[request.id] = (request, tokens)
            return true
        }
        // Until a worker is there nobody knows when.
        if !isTaken { throw .overloaded(retryAfterSeconds: 10) }
    }

    func leave(_ request: GenerationRequest) {
        state.withLock { state in
            guard let (_, tokens) = state.waiting.removeValue(forKey: request.id) else { return }
            if var sum = state.models.removeValue(forKey: request.model), sum.requests > 1 {
                sum.requests -= 1
                sum.choices -= request.numChoices
                sum.tokens -= tokens
                state.models[request.model] = sum
            }
            let left = (state.numOfTenant.removeValue(forKey: request.tenant) ?? 1) - 1
            if left > 0 { state.numOfTenant[request.tenant] = left }
        }
    }

    func standing(of id: String, tenant: String) -> RequestStanding? {
        state.withLock { state in
            let found =
                state.waiting[id]?.request
                ?? state.waiting.values.lazy.map(\.request).first { $0.requestID == id && $0.tenant == tenant }
            guard found?.tenant == tenant else { return nil }
            return RequestStanding(phase: .queued, reason: "no worker is there for its model")
        }
    }

    /// By model.
    var sums: [String: Sum] { state.withLock { $0.models } }
}
