import Foundation

extension LoadReport {
    /// For people; ends in a line's end.
    package var table: String {
        var sections = [heads, rows]
        if !summary.failures.isEmpty { sections.append(failures) }
        return sections.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private var heads: [String] {
        [
            head("Server", "\(plan.server), \(plan.api.rawValue)"), head("Model", ErrorText.printable(model)),
            head("Load", load), head("Requests", requests),
            head("Duration", duration), head("Tokens", tokens),
            head("Throughput", "\(fixed(summary.outputTokensPerSecond, 1)) output tokens/s, all streams together"),
        ]
    }

    private var load: String {
        let arrivals = plan.requestsPerSecond.map { "\($0) a second, at most \(plan.concurrency) at once" }
        let prompts = "prompts of about \(plan.promptTokens) tokens, answers of at most \(plan.maxTokens)"
        return "\(arrivals ?? "\(plan.concurrency) at once"), \(prompts), seed \(plan.seed)"
    }

    private var requests: String {
        var parts = ["\(summary.numCompleted) completed", "\(summary.numFailed) failed"]
        if summary.numUnfinished > 0 { parts.append("\(summary.numUnfinished) unfinished") }
        return parts.joined(separator: ", ") + (isInterrupted ? " (interrupted)" : "")
    }

    private var duration: String {
        "\(fixed(summary.durationSeconds, 2)) s, \(fixed(summary.requestsPerSecond, 2)) requests/s"
    }

    private var tokens: String {
        let prompts = "\(summary.promptTokens) of prompts (\(summary.cachedTokens) from the prefix cache)"
        let answers = "\(summary.outputTokens) of answers, in \(summary.textChunks) chunks"
        let counted = summary.numWithoutUsage
        return "\(prompts), \(answers)" + (counted > 0 ? "; \(counted) answers without usage, counted by chunks" : "")
    }

    private var rows: [String] {
        let title = padded("", to: 34) + ["mean", "p50", "p90", "p99", "max"].map { padded($0, before: 10) }.joined()
        return [
            title, row("Time to first token (TTFT)", "ms", summary.timeToFirstToken),
            row("Time per output token (TPOT)", "ms", summary.timePerOutputToken),
            row("Between chunks (ITL)", "ms", summary.interTokenLatency), row("End to end", "ms", summary.endToEnd),
            row("One stream's speed", "tok/s", summary.streamSpeed),
        ] + (plan.requestsPerSecond == nil ? [] : [row("Sent later than planned", "ms", summary.startDelay)])
    }

    private var failures: [String] {
        ["Failures"] + summary.failures.map { "  \($0.count) × \($0.kind): \($0.example)" }
    }

    private func row(_ name: String, _ unit: String, _ values: Distribution?) -> String {
        let numbers = values.map { [$0.mean, $0.p50, $0.p90, $0.p99, $0.maximum].map { fixed($0, 2) } }
        let columns = numbers ?? Array(repeating: "-", count: 5)
        return padded(name, to: 28) + padded(unit, before: 6) + columns.map { padded($0, before: 10) }.joined()
    }

    private func head(_ name: String, _ text: String) -> String { padded(name, to: 12) + text }

    private func fixed(_ value: Double, _ decimals: Int) -> String { String(format: "%.\(decimals)f", value) }

    private func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Keeps a space before the longest of columns.
    private func padded(_ text: String, before width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.count)) + text
    }
}
