extension MetricDescription {
    /// The metrics that vLLM's dashboards, routers and autoscalers read, with vLLM's names and bounds.
    package static let vllm: [MetricDescription] = gauges + counters + histograms

    private static let gauges = [
        MetricDescription("vllm:num_requests_running", help: "Requests that take part in the engine's steps."),
        MetricDescription("vllm:num_requests_waiting", help: "Requests that wait for a place in the engine."),
        MetricDescription("vllm:kv_cache_usage_perc", help: "Share of the KV blocks in use; 1 is all of them."),
        MetricDescription("vllm:cache_config_info", help: "Block size and number of blocks of the KV cache."),
    ]

    private static let counters = [
        MetricDescription("vllm:prompt_tokens_total", help: "Prompt tokens prefilled."),
        MetricDescription("vllm:generation_tokens_total", help: "Tokens generated."),
        MetricDescription("vllm:prefix_cache_queries_total", help: "Prompt tokens looked up in the prefix cache."),
        MetricDescription("vllm:prefix_cache_hits_total", help: "Prompt tokens found in the prefix cache."),
        MetricDescription("vllm:num_preemptions_total", help: "Requests put back because KV blocks ran out."),
        MetricDescription("vllm:request_success_total", help: "Requests that ended, by reason."),
    ]

    private static let histograms = [
        MetricDescription(
            "vllm:time_to_first_token_seconds", help: "Arrival to first token.",
            buckets: [
                0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160,
                640, 2560,
            ]),
        MetricDescription(
            "vllm:inter_token_latency_seconds", help: "Time between two tokens of a request.",
            buckets: [
                0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
            ]),
        MetricDescription("vllm:e2e_request_latency_seconds", help: "Arrival to last token.", buckets: latency),
        MetricDescription("vllm:request_queue_time_seconds", help: "Arrival to first step.", buckets: latency),
        MetricDescription("vllm:request_prefill_time_seconds", help: "First step to first token.", buckets: latency),
        MetricDescription("vllm:request_decode_time_seconds", help: "First token to last token.", buckets: latency),
        MetricDescription("vllm:request_prompt_tokens", help: "Prompt tokens of a request.", buckets: tokens),
        MetricDescription("vllm:request_generation_tokens", help: "Tokens generated for a request.", buckets: tokens),
    ]

    /// Seconds.
    private static let latency: [Double] = [
        0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680,
    ]

    /// 1, 2, 5, 10, … as in vLLM, up to a million so that one set serves every context length.
    private static let tokens: [Double] = [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6,
    ]
}
