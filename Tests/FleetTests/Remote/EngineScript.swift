import Fleet
import JSON
import OpenAI

/// What running engines say, in their own layouts.
enum EngineScript {
    static func events(_ chunks: [String]) -> String {
        (chunks + ["[DONE]"]).map { GleanerScript.event($0) }.joined()
    }

    private static let vllmOpening = #"{"id":"cmpl-9","object":"text_completion","created":7,"model":"m","choices":["#

    private static func vllmUsage(_ count: Int) -> String {
        #""usage":{"prompt_tokens":3,"total_tokens":\#(3 + count),"completion_tokens":\#(count)}}"#
    }

    private static func vllm(_ text: String, _ ids: String, _ count: Int, finish: String = "null") -> String {
        vllmOpening + #"{"index":0,"text":"\#(text)","logprobs":null,"finish_reason":\#(finish),"stop_reason":null,"#
            + #""token_ids":[\#(ids)]}],"# + vllmUsage(count)
    }

    /// The second token is half a character.
    static let vllmAnswer = events([
        vllm("Hi", "5", 1), vllm("", "6", 2), vllm("é", "7", 3), vllm("", "2", 4, finish: "\"stop\""),
        vllmOpening + "]," + vllmUsage(4),
    ])
    static let vllmEvents: [GenerationEvent] = [
        .started(promptTokens: 3, cachedTokens: 0),
        .delta(choice: 0, text: "Hi", completionTokens: 1, tokenIDs: [5]),
        .delta(choice: 0, text: "", completionTokens: 1, tokenIDs: [6]),
        .delta(choice: 0, text: "é", completionTokens: 3, tokenIDs: [7]),
        .delta(choice: 0, text: "", completionTokens: 3, tokenIDs: [2]),
        .finished(choice: 0, reason: .stop, completionTokens: 4),
    ]

    private static func sglang(_ text: String, _ count: Int, finish: String = "null") -> String {
        #"{"id":"9","object":"text_completion","created":7,"model":"m","choices":[{"index":0,"text":"\#(text)","#
            + #""logprobs":null,"finish_reason":\#(finish),"matched_stop":null}],"usage":{"prompt_tokens":3,"#
            + #""total_tokens":\#(3 + count),"completion_tokens":\#(count),"prompt_tokens_details":null}}"#
    }

    static let sglangAnswer = events([
        sglang("Hi", 1), sglang("é!", 3), sglang("", 4, finish: "\"length\""),
        #"{"id":"9","object":"text_completion","created":7,"model":"m","choices":[],"#
            + #""usage":{"prompt_tokens":3,"total_tokens":7,"completion_tokens":4,"#
            + #""prompt_tokens_details":{"cached_tokens":2}}}"#,
    ])
    static let sglangEvents: [GenerationEvent] = [
        .started(promptTokens: 3, cachedTokens: 0),
        .delta(choice: 0, text: "Hi", completionTokens: 1),
        .delta(choice: 0, text: "é!", completionTokens: 3),
        .finished(choice: 0, reason: .length, completionTokens: 4),
    ]

    static func llama(_ text: String, _ count: Int, finish: String = "null", usage: String = "") -> String {
        #"{"choices":[{"text":"\#(text)","index":0,"logprobs":null,"finish_reason":\#(finish)}],"created":7,"#
            + #""model":"m","system_fingerprint":"b1","object":"text_completion",\#(usage)"id":"9","#
            + #""timings":{"cache_n":2,"prompt_n":1,"prompt_ms":1.5,"predicted_n":\#(count),"predicted_ms":0.5}}"#
    }

    static let llamaAnswer = events([
        llama("Hi", 1), llama("é", 3),
        llama(
            "", 4, finish: "\"stop\"",
            usage: #""usage":{"completion_tokens":4,"prompt_tokens":3,"total_tokens":7,"#
                + #""prompt_tokens_details":{"cached_tokens":2}},"#),
    ])
    static let llamaEvents: [GenerationEvent] = [
        .started(promptTokens: 3, cachedTokens: 2),
        .delta(choice: 0, text: "Hi", completionTokens: 1),
        .delta(choice: 0, text: "é", completionTokens: 3),
        .finished(choice: 0, reason: .stop, completionTokens: 4),
    ]

    // MARK: What they say of themselves

    static func models(_ maker: String, _ members: String) -> String {
        #"{"object":"list","data":[{"id":"m","object":"model","created":7,"owned_by":"\#(maker)",\#(members)}]}"#
    }

    static let vllmMetrics = """
        # HELP vllm:num_requests_running Number of requests in model execution batches.
        # TYPE vllm:num_requests_running gauge
        vllm:num_requests_running{engine="0",model_name="m"} 2.0
        vllm:num_requests_running{engine="1",model_name="m"} 3.0
        vllm:num_requests_running{engine="0",model_name="other"} 9.0
        vllm:num_requests_waiting{engine="0",model_name="m"} 4.0
        vllm:kv_cache_usage_perc{engine="0",model_name="m"} 0.25
        vllm:iteration_tokens_total_count{engine="0",model_name="m"} 1.2e+03
        vllm:cache_config_info{block_size="16",engine="0",num_gpu_blocks="100",note="a\\"}{b"} 1.0

        """
    static let sglangMetrics = """
        sglang:num_running_reqs{model_name="m"} 2.0
        sglang:num_queue_reqs{model_name="m"} 1.0
        sglang:token_usage{model_name="m"} 0.5

        """
    static let llamaMetrics = """
        # TYPE llamacpp:n_decode_total counter
        llamacpp:n_decode_total 77
        llamacpp:requests_processing 1
        llamacpp:requests_deferred 5

        """
    static let llamaProps =
        #"{"default_generation_settings":{"params":{},"n_ctx":512},"total_slots":2,"model_alias":"m"}"#
}
