import Hummingbird
import JSON
import Ledger
import WebServer

// How reports stand in OpenAI's pages.

extension UsagePage {
    var json: Response {
        ReportPage.response(
            buckets.map { ReportPage.bucket($0.startMs, $0.endMs, $0.results.map { $0.json.serialized() }) },
            next: nextPage)
    }
}

extension CostPage {
    var json: Response {
        ReportPage.response(
            buckets.map { ReportPage.bucket($0.startMs, $0.endMs, $0.results.map(\.text)) }, next: nextPage)
    }
}

/// The frame of a page. Results come as text, because an amount is an exact decimal number and JSON's `double` is not.
private enum ReportPage {
    static func bucket(_ startMs: Int64, _ endMs: Int64, _ results: [String]) -> String {
        // A bucket ends with the second that its last millisecond is in.
        """
        {"object":"bucket","start_time":\(startMs / 1000),"end_time":\((endMs + 999) / 1000),\
        "results":[\(results.joined(separator: ","))]}
        """
    }

    static func response(_ buckets: [String], next: String?) -> Response {
        let next = next.map { JSON.string($0).serialized() } ?? "null"
        let text = """
            {"object":"page","data":[\(buckets.joined(separator: ","))],"has_more":\(next != "null"),"next_page":\(next)}
            """
        return .json(Array(text.utf8))
    }
}

extension UsageResult {
    fileprivate var json: JSON {
        .object(
            JSONObject([
                ("object", "organization.usage.completions.result"), ("input_tokens", .int(usage.promptTokens)),
                ("input_cached_tokens", .int(usage.cachedTokens)), ("output_tokens", .int(usage.outputTokens)),
                ("input_audio_tokens", 0), ("output_audio_tokens", 0), ("num_model_requests", .int(usage.requests)),
                ("project_id", .optional(group.tenant)), ("user_id", .null), ("api_key_id", .optional(group.keyID)),
                ("model", .optional(group.model)), ("batch", group.isBatch.map { .bool($0) } ?? .null),
                ("service_tier", .optional(group.tier?.rawValue)),
            ]))
    }
}

extension CostResult {
    fileprivate var text: String {
        """
        {"object":"organization.costs.result","amount":{"value":\(amount),"currency":"usd"},\
        "line_item":\(JSON.optional(lineItem?.description).serialized()),\
        "project_id":\(JSON.optional(tenant).serialized())}
        """
    }
}

extension JSON {
    fileprivate static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
}
