package import JSON

extension LoadReport {
    /// One object for programs. Its keys are stable and say their units; what was not measured is null.
    package var json: JSON {
        .object(JSONObject(planMembers + countMembers + rateMembers + latencyMembers))
    }

    private var planMembers: [(String, JSON)] {
        [
            ("url", .string(plan.server.description)), ("api", .string(plan.api.rawValue)), ("model", .string(model)),
            ("concurrency", .int(plan.concurrency)),
            ("planned_requests_per_second", plan.requestsPerSecond.map { .double($0) } ?? .null),
            ("planned_prompt_tokens", .int(plan.promptTokens)),
            ("shared_prefix_tokens", .int(plan.sharedPrefixTokens)), ("max_tokens", .int(plan.maxTokens)),
            ("ignore_eos", .bool(plan.ignoresEOS)), ("warm_up_requests", .int(plan.warmUpRequests)),
            // Text, because a number above 2⁵³ does not survive most readers.
            ("seed", .string(String(plan.seed))),
        ]
    }

    private var countMembers: [(String, JSON)] {
        [
            ("interrupted", .bool(isInterrupted)), ("requests", .int(plan.requests)),
            ("requests_completed", .int(summary.numCompleted)), ("requests_failed", .int(summary.numFailed)),
            ("requests_unfinished", .int(summary.numUnfinished)),
            ("errors", .object(JSONObject(summary.failures.map { ($0.kind, json(of: $0)) }))),
            ("prompt_tokens", .int(summary.promptTokens)), ("cached_prompt_tokens", .int(summary.cachedTokens)),
            ("output_tokens", .int(summary.outputTokens)), ("text_chunks", .int(summary.textChunks)),
            ("requests_without_usage", .int(summary.numWithoutUsage)),
        ]
    }

    private var rateMembers: [(String, JSON)] {
        [
            ("duration_s", .double(summary.durationSeconds)),
            ("requests_per_second", .double(summary.requestsPerSecond)),
            ("output_tokens_per_second", .double(summary.outputTokensPerSecond)),
            ("total_tokens_per_second", .double(summary.totalTokensPerSecond)),
        ]
    }

    private var latencyMembers: [(String, JSON)] {
        [
            ("ttft_ms", json(of: summary.timeToFirstToken)), ("tpot_ms", json(of: summary.timePerOutputToken)),
            ("itl_ms", json(of: summary.interTokenLatency)), ("e2e_ms", json(of: summary.endToEnd)),
            ("stream_output_tokens_per_second", json(of: summary.streamSpeed)),
            ("start_delay_ms", json(of: summary.startDelay)),
        ]
    }

    private func json(of failure: Summary.FailureCount) -> JSON {
        ["count": .int(failure.count), "example": .string(failure.example)]
    }

    private func json(of distribution: Distribution?) -> JSON {
        guard let distribution else { return .null }
        return [
            "count": .int(distribution.count), "mean": .double(distribution.mean), "p50": .double(distribution.p50),
            "p90": .double(distribution.p90), "p99": .double(distribution.p99), "min": .double(distribution.minimum),
            "max": .double(distribution.maximum),
        ]
    }
}
