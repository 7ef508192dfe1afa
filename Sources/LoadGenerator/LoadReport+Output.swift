package import JSON

extension LoadReport {
    /// For people.
    package var table: String {
        let share = plan.rate.map { "\(decimal($0, 2)) a second" } ?? "\(plan.concurrency) at a time"
        var lines = ["\(completed + failed) requests, \(share): \(completed) completed, \(failed) failed", ""]
        lines += failures.map { "  failed \($0.count) times: \($0.reason)" } + (failures.isEmpty ? [] : [""])
        lines.append(padded("", 26) + ["mean", "p50", "p90", "p99", "max"].map { padded($0, -11) }.joined())
        lines += [
            row("time to first token, ms", timeToFirstToken, scale: 1000),
            row("inter-token latency, ms", interTokenLatency, scale: 1000),
            row("end to end, ms", endToEnd, scale: 1000),
            row("tokens/s of one stream", streamSpeed, scale: 1), "",
            padded("output tokens/s, all", 26) + padded(decimal(outputTokensPerSecond, 1), -11),
            padded("requests/s", 26) + padded(decimal(requestsPerSecond, 2), -11),
            padded("duration, s", 26) + padded(decimal(duration, 2), -11),
            total("prompt tokens", promptTokens) + ", \(cachedTokens) cached",
            total("output tokens", outputTokens) + ", in \(chunks) chunks",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    /// For programs; times in milliseconds.
    package var json: JSON {
        .object(
            JSONObject([
                ("url", .string(plan.baseURL)), ("model", .string(plan.model)), ("api", .string(plan.api.rawValue)),
                ("concurrency", .int(plan.concurrency)), ("rate", plan.rate.map { .double($0) } ?? .null),
                ("seed", .int(Int(truncatingIfNeeded: plan.seed))),
                ("requests", .int(completed + failed)), ("completed", .int(completed)), ("failed", .int(failed)),
                ("failures", .object(JSONObject(failures.map { ($0.reason, .int($0.count)) }))),
                ("duration_s", .double(duration)), ("requests_per_second", .double(requestsPerSecond)),
                ("prompt_tokens", .int(promptTokens)), ("cached_tokens", .int(cachedTokens)),
                ("output_tokens", .int(outputTokens)), ("chunks", .int(chunks)),
                ("output_tokens_per_second", .double(outputTokensPerSecond)),
                ("ttft_ms", object(timeToFirstToken, scale: 1000)),
                ("itl_ms", object(interTokenLatency, scale: 1000)),
                ("e2e_ms", object(endToEnd, scale: 1000)),
                ("stream_tokens_per_second", object(streamSpeed, scale: 1)),
            ]))
    }

    private func object(_ statistics: Statistics?, scale: Double) -> JSON {
        guard let statistics else { return .null }
        let values = [
            ("mean", statistics.mean), ("p50", statistics.p50), ("p90", statistics.p90), ("p99", statistics.p99),
            ("min", statistics.minimum), ("max", statistics.maximum),
        ]
        return .object(
            JSONObject([("count", .int(statistics.count))] + values.map { ($0.0, .double($0.1 * scale)) }))
    }

    private func row(_ title: String, _ statistics: Statistics?, scale: Double) -> String {
        guard let statistics else { return padded(title, 26) + padded("-", -11) }
        let values = [statistics.mean, statistics.p50, statistics.p90, statistics.p99, statistics.maximum]
        return padded(title, 26) + values.map { padded(decimal($0 * scale, 1), -11) }.joined()
    }

    private func total(_ title: String, _ count: Int) -> String {
        let each = completed > 0 ? decimal(Double(count) / Double(completed), 1) : "0"
        return padded(title, 26) + padded("\(count)", -11) + "  \(each) each"
    }
}

/// `text` with spaces up to `width` columns, on its left when `width` is negative.
private func padded(_ text: String, _ width: Int) -> String {
    let spaces = String(repeating: " ", count: max(0, Int(width.magnitude) - text.count))
    return width < 0 ? spaces + text : text + spaces
}

/// `value` with `digits` digits after the point; "-" for what is no number.
private func decimal(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, value.magnitude < 1e12 else { return "-" }
    let scale = (0..<digits).reduce(1) { power, _ in power * 10 }
    let scaled = Int((value.magnitude * Double(scale)).rounded())
    let fraction = String(scaled % scale + scale).dropFirst()
    return "\(value < 0 ? "-" : "")\(scaled / scale)\(digits > 0 ? "." : "")\(fraction)"
}
