import AsyncHTTPClient
import NIOCore
import Synchronization

/// Sends the requests of a plan to a server and measures the answers.
package struct LoadGenerator: Sendable {
    private let plan: LoadPlan
    private let client: StreamingClient
    private let prompts: PromptSource

    private init(plan: LoadPlan, http: HTTPClient) {
        let start = ContinuousClock.now
        self.plan = plan
        client = StreamingClient(plan: plan, http: http, now: { start.duration(to: .now) / .seconds(1) })
        prompts = PromptSource(seed: plan.seed, sharedWords: plan.sharedPrefixTokens)
    }

    /// Runs `plan`. When the task is cancelled, what was measured until then is reported.
    ///
    /// - Parameter progress: called with the requests that have ended so far.
    /// - Throws: `LoadError` when not even the warm-up succeeds.
    package static func run(
        _ plan: LoadPlan, progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> LoadReport {
        try await withClient(plan) { http in
            let generator = LoadGenerator(plan: plan, http: http)
            let words = try await generator.warmUp()
            return LoadReport(plan: plan, records: await generator.measure(words: words, progress))
        }
    }

    /// The name of the one model that the server at `baseURL` has.
    ///
    /// - Throws: `LoadError`.
    package static func onlyModel(at baseURL: String, apiKey: String?) async throws -> String {
        var plan = LoadPlan(baseURL: baseURL, model: "")
        plan.apiKey = apiKey
        return try await withClient(plan) { [plan] http in
            let names: [String]
            do { names = try await LoadGenerator(plan: plan, http: http).client.models() } catch {
                throw LoadError.warmUpFailed(url: baseURL, reason: StreamingClient.reason(of: error))
            }
            guard let name = names.first, names.count == 1 else { throw LoadError.noModel(url: baseURL, found: names) }
            return name
        }
    }

    private static func withClient<Result>(
        _ plan: LoadPlan, _ body: (HTTPClient) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(10)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(plan.concurrency, 1)
        let http = HTTPClient(configuration: configuration)
        do {
            let result = try await body(http)
            try? await http.shutdown()
            return result
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    // MARK: Warm-up

    /// Sends the uncounted requests. Returns how many words make a prompt of the planned length: the server's
    /// own count of the first prompt tells how many tokens a word is.
    private func warmUp() async throws -> Int {
        var words = max(plan.promptTokens, 1)
        for index in 0..<max(plan.warmUpRequests, 1) {
            // Numbered from below: no measured request may find its prompt in a prefix cache.
            let prompt = prompts.prompt(index: -1 - index, words: words)
            let record = try await client.measure(
                prompt: prompt, maxTokens: min(plan.maxTokens, 16), due: client.now())
            if let reason = record.failure { throw LoadError.warmUpFailed(url: plan.endpoint, reason: reason) }
            if let tokens = record.promptTokens, tokens > 0 {
                let fitting = (Double(words) * Double(plan.promptTokens) / Double(tokens)).rounded()
                words = Int(min(max(fitting, 1), Double(plan.promptTokens) * 8))
            }
        }
        return words
    }

    // MARK: Measured requests

    /// As many workers as may be under way at once; each takes the next request, waits until it is due and
    /// sends it.
    private func measure(words: Int, _ progress: @escaping @Sendable (Int) -> Void) async -> [RequestRecord] {
        let begin = client.now()
        let due = Arrivals.times(count: plan.requests, rate: plan.rate, seed: plan.seed)
        let queue = RequestQueue(count: plan.requests, progress: progress)
        return await withTaskGroup(of: [RequestRecord].self) { group in
            for _ in 0..<min(max(plan.concurrency, 1), plan.requests) {
                group.addTask {
                    var records: [RequestRecord] = []
                    while let index = queue.next(), let record = try? await send(index, words, begin + due[index]) {
                        records.append(record)
                        queue.noteEnd()
                    }
                    return records
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func send(_ index: Int, _ words: Int, _ due: Double) async throws -> RequestRecord {
        let wait = due - client.now()
        if wait > 0 { try await Task.sleep(for: .seconds(wait)) }
        let start = plan.rate == nil ? client.now() : due
        let prompt = prompts.prompt(index: index, words: words)
        return try await client.measure(prompt: prompt, maxTokens: plan.maxTokens, due: start)
    }
}

/// Hands out the numbers of requests and counts those that have ended.
private final class RequestQueue: Sendable {
    private let count: Int
    private let progress: @Sendable (Int) -> Void
    private let state = Mutex((next: 0, ended: 0))

    init(count: Int, progress: @escaping @Sendable (Int) -> Void) {
        self.count = count
        self.progress = progress
    }

    /// The next request; nil when all are taken.
    func next() -> Int? {
        state.withLock { state in
            guard state.next < count else { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    func noteEnd() {
        let ended = state.withLock { state in
            state.ended += 1
            return state.ended
        }
        progress(ended)
    }
}
