import CoreMetrics

/// The engine's metrics under vLLM's names, so that routers and dashboards made for vLLM read them.
/// https://docs.vllm.ai (design/metrics) names and defines each.
struct EngineMetrics {
    private let running, waiting, cacheUsage: Meter
    private let promptTokens, generationTokens, prefixQueries, prefixHits, preemptions, integrityFailures: Counter
    private let success: [FinishReason: Counter]
    private let timeToFirstToken, interToken, endToEnd, queueTime, prefillTime, decodeTime: Recorder
    private let requestPrompt, requestGeneration: Recorder
    private let totals: EngineTotals

    /// - Parameter totals: is told the same tokens as the two counters.
    init(model: String, blockTokens: Int, blockCount: Int, totals: EngineTotals, factory: any MetricsFactory) {
        self.totals = totals
        let labels = [("model_name", model)]
        func meter(_ name: String) -> Meter { Meter(label: name, dimensions: labels, factory: factory) }
        func counter(_ name: String) -> Counter { Counter(label: name, dimensions: labels, factory: factory) }
        func histogram(_ name: String) -> Recorder {
            Recorder(label: name, dimensions: labels, aggregate: true, factory: factory)
        }
        running = meter("vllm:num_requests_running")
        waiting = meter("vllm:num_requests_waiting")
        cacheUsage = meter("vllm:kv_cache_usage_perc")
        promptTokens = counter("vllm:prompt_tokens_total")
        generationTokens = counter("vllm:generation_tokens_total")
        prefixQueries = counter("vllm:prefix_cache_queries_total")
        prefixHits = counter("vllm:prefix_cache_hits_total")
        preemptions = counter("vllm:num_preemptions_total")
        integrityFailures = counter("gleaner:kv_integrity_failures_total")
        success = Dictionary(
            uniqueKeysWithValues: [FinishReason.stop, .length].map { reason in
                let dimensions = labels + [("finished_reason", reason.rawValue)]
                return (reason, Counter(label: "vllm:request_success_total", dimensions: dimensions, factory: factory))
            })
        timeToFirstToken = histogram("vllm:time_to_first_token_seconds")
        interToken = histogram("vllm:inter_token_latency_seconds")
        endToEnd = histogram("vllm:e2e_request_latency_seconds")
        queueTime = histogram("vllm:request_queue_time_seconds")
        prefillTime = histogram("vllm:request_prefill_time_seconds")
        decodeTime = histogram("vllm:request_decode_time_seconds")
        requestPrompt = histogram("vllm:request_prompt_tokens")
        requestGeneration = histogram("vllm:request_generation_tokens")
        let sizes = [("block_size", "\(blockTokens)"), ("num_gpu_blocks", "\(blockCount)")]
        Meter(label: "vllm:cache_config_info", dimensions: labels + sizes, factory: factory).set(1)
    }

    func observe(_ snapshot: EngineSnapshot) {
        running.set(snapshot.running)
        waiting.set(snapshot.waiting)
        cacheUsage.set(snapshot.cacheUsage)
    }

    /// A generation has started. Resumed tokens are computed like a prompt's, and are counted as such.
    func started(_ generation: Generation, cachedTokens: Int, now: Double) {
        let count = generation.totals.promptTokens
        queueTime.record(now - generation.submitted)
        promptTokens.increment(by: count)
        totals.add(promptTokens: count)
        prefixQueries.increment(by: count)
        prefixHits.increment(by: cachedTokens)
    }

    /// A token was sampled at `now`; call before the generation's stamps move on.
    func token(_ generation: Generation, now: Double) {
        generationTokens.increment()
        totals.addGeneratedToken()
        if let last = generation.lastToken {
            interToken.record(now - last)
        } else {
            timeToFirstToken.record(now - generation.submitted)
            prefillTime.record(now - (generation.started ?? now))
        }
    }

    func finished(_ generation: Generation, reason: FinishReason, now: Double) {
        success[reason]?.increment()
        endToEnd.record(now - generation.submitted)
        decodeTime.record(now - (generation.firstToken ?? now))
        requestPrompt.record(generation.totals.promptTokens)
        requestGeneration.record(generation.totals.generatedTokens)
    }

    /// A request was answered without a step, which says nothing of how long anything takes.
    func finishedAtOnce(_ reason: FinishReason) { success[reason]?.increment() }

    func preempted(_ count: Int) { preemptions.increment(by: count) }
    func integrityFailed() { integrityFailures.increment() }
}
