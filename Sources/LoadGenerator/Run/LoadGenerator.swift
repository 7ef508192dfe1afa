/// Sends the requests of a plan to a server and measures the answers.
package struct LoadGenerator: Sendable {
    private let plan: LoadPlan
    private let model: String
    private let client: CompletionClient

    /// Answers of warm-up requests need only bring the server to speed.
    private static let maximumWarmUpTokens = 16

    /// Runs `plan`. When the task is cancelled after the warm-up, reports what was measured until then.
    ///
    /// - Parameter progress: called when a measured request has ended, from any thread; must return soon.
    /// - Throws: `LoadError`, or `CancellationError` before the first measured request.
    package static func run(
        _ plan: LoadPlan, clock: RunClock = .monotonic(), progress: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) async throws -> LoadReport {
        try plan.check()
        return try await CompletionClient.with(plan, clock: clock) { client in
            let model = if let model = plan.model { model } else { try await client.firstModel() }
            let generator = LoadGenerator(plan: plan, model: model, client: client)
            let words = try await generator.warmUp()
            let samples = await generator.measure(
                words: words, ProgressCounter(planned: plan.requests, report: progress))
            return LoadReport(plan: plan, model: model, summary: Summary(samples, planned: plan.requests))
        }
    }

    /// Sends the requests that are not counted.
    ///
    /// - Returns: how many words make a prompt of the planned length, by the server's count of the first.
    /// - Throws: `LoadError.warmUpFailed` if all fail.
    private func warmUp() async throws -> Int {
        let prompts = PromptMaker(seed: plan.seed, words: plan.promptTokens, sharedWords: plan.sharedPrefixTokens)
        let samples = await send(plan.warmUpRequests, after: nil) { index, _ in
            // Numbered after all others: no measured request may find its prompt in a prefix cache.
            let maxTokens = min(plan.maxTokens, Self.maximumWarmUpTokens)
            return await client.measure(body(prompts.prompt(plan.requests + index), maxTokens))
        }
        try Task.checkCancellation()
        if let failure = samples.first?.failure, samples.allSatisfy({ $0.failure != nil }) {
            throw LoadError.warmUpFailed(url: plan.server.completions(of: plan.api), failure)
        }
        let usage = samples.lazy.filter(\.isCompleted).compactMap(\.usage).first
        return Self.words(of: plan.promptTokens, whenSameNumberMakes: usage?.promptTokens)
    }

    /// How many words make `tokens` tokens where as many words as that made `made`. A server cannot make the
    /// prompts more than four times as long or as short.
    package static func words(of tokens: Int, whenSameNumberMakes made: Int?) -> Int {
        guard let made, made > 0 else { return tokens }
        let ratio = min(max(Double(tokens) / Double(made), 0.25), 4)
        return max(Int((Double(tokens) * ratio).rounded()), 1)
    }

    private func measure(words: Int, _ progress: ProgressCounter) async -> [Sample] {
        let shared = plan.sharedPrefixTokens * words / plan.promptTokens
        let prompts = PromptMaker(seed: plan.seed, words: words, sharedWords: shared)
        let schedule = plan.requestsPerSecond.map {
            Schedule(requests: plan.requests, requestsPerSecond: $0, seed: plan.seed)
        }
        return await send(plan.requests, after: schedule) { index, due in
            let sample = await client.measure(body(prompts.prompt(index), plan.maxTokens), due: due)
            progress.note(sample)
            return sample
        }
    }

    private func body(_ prompt: String, _ maxTokens: Int) -> [UInt8] {
        plan.requestBody(model: model, prompt: prompt, maxTokens: maxTokens)
    }

    /// Makes `count` requests: each when it is due, if there is a schedule, and not before fewer than the
    /// plan's concurrency are under way. Makes no more once the task is cancelled.
    private func send(
        _ count: Int, after schedule: Schedule?, _ request: @escaping @Sendable (Int, Double?) async -> Sample
    ) async -> [Sample] {
        let begin = client.clock.now()
        return await withTaskGroup(of: Sample.self) { group in
            var samples: [Sample] = []
            for index in 0..<count {
                let due = schedule.map { begin + $0.due[index] }
                if let due, (try? await client.clock.sleep(due)) == nil { break }
                if index >= plan.concurrency, let sample = await group.next() { samples.append(sample) }
                if Task.isCancelled { break }
                group.addTask { await request(index, due) }
            }
            for await sample in group { samples.append(sample) }
            return samples
        }
    }
}
