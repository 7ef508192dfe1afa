import Crypto
import JSON

/// Lines of usage as text for other systems. The same line is the same text every time, and every event has an id made
/// of request, segment and metric, so that sending twice counts once.
package enum UsageExport {
    /// What is metered: the kinds of tokens, each token in one of them.
    package enum Metric: String, Sendable, CaseIterable {
        /// Prompt tokens that were not cached.
        case input = "input_tokens"
        case cachedInput = "cached_input_tokens"
        case output = "output_tokens"
    }

    // MARK: CSV and JSON

    package static let csvHeader = """
        request_id,segment,tenant,key_id,model,service_tier,worker,pool,prompt_tokens,cached_tokens,output_tokens,\
        unsent_tokens,replayed_tokens,outcome,price_version,charge_usd,started_ms,ended_ms,entry_id,began
        """

    /// One record of RFC 4180 without its line end.
    package static func csv(_ usage: ExportedUsage) -> String {
        fields(usage.line).map { quoted($0.value.map(text) ?? "") }.joined(separator: ",")
    }

    /// One object in one line; what a line does not have is null.
    package static func json(_ usage: ExportedUsage) -> String {
        JSON.object(JSONObject(fields(usage.line).map { ($0.name, $0.value ?? .null) })).serialized()
    }

    /// In the order of `csvHeader`.
    private static func fields(_ line: UsageLine) -> [(name: String, value: JSON?)] {
        let segment = line.segment
        return [
            ("request_id", .string(line.requestID)), ("segment", .int(segment.index)), ("tenant", .string(line.tenant)),
            ("key_id", line.keyID.map { .string($0) }), ("model", .string(line.model)),
            ("service_tier", .string(line.tier.rawValue)), ("worker", .string(segment.worker)),
            ("pool", .string(segment.pool)), ("prompt_tokens", .int(segment.promptTokens)),
            ("cached_tokens", .int(segment.cachedTokens)), ("output_tokens", .int(segment.outputTokens)),
            ("unsent_tokens", .int(segment.unsentTokens)), ("replayed_tokens", .int(segment.replayedTokens)),
            ("outcome", .string(line.outcome.rawValue)), ("price_version", line.priceVersion.map { .int(Int($0)) }),
            ("charge_usd", .string("\(line.charge)")), ("started_ms", .int(Int(line.startedMs))),
            ("ended_ms", .int(Int(line.endedMs))), ("entry_id", line.entryID.map { .string($0) }),
            ("began", segment.began.map { .string($0.rawValue) }),
        ]
    }

    private static func text(_ value: JSON) -> String { value.string ?? value.serialized() }

    /// A field that a spreadsheet would take for a formula is kept from being one by an apostrophe.
    private static func quoted(_ field: String) -> String {
        let safe = field.first.map { "=+-@\t\r".contains($0) } ?? false ? "'" + field : field
        guard safe.unicodeScalars.contains(where: { "\",\n\r".unicodeScalars.contains($0) }) else { return safe }
        return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

// MARK: Events

extension UsageExport {
    /// Stripe's meter events, one JSON object for each kind of tokens that there were; none for what nobody pays.
    /// - Parameter customer: Stripe's id of the tenant, `cus_…`.
    package static func stripe(_ usage: ExportedUsage, customer: String) -> [String] {
        events(usage) { metric, count in
            [
                "event_name": .string(metric.rawValue), "identifier": .string(id(usage.line, metric)),
                "timestamp": .int(Int(usage.line.endedMs / 1000)),
                "payload": ["stripe_customer_id": .string(customer), "value": .string("\(count)")],
            ]
        }
    }

    /// Lago's events, one JSON object for each kind of tokens that there were; none for what nobody pays.
    /// - Parameter subscription: the tenant's `external_subscription_id`.
    package static func lago(_ usage: ExportedUsage, subscription: String) -> [String] {
        events(usage) { metric, count in
            [
                "transaction_id": .string(id(usage.line, metric)), "external_subscription_id": .string(subscription),
                "code": .string(metric.rawValue), "timestamp": .int(Int(usage.line.endedMs / 1000)),
                "properties": [
                    "tokens": .int(count), "model": .string(usage.line.model),
                    "service_tier": .string(usage.line.tier.rawValue),
                ],
            ]
        }
    }

    private static func events(_ usage: ExportedUsage, _ event: (Metric, Int) -> JSON) -> [String] {
        guard !usage.isFree else { return [] }
        return Metric.allCases.compactMap { metric in
            let count = count(metric, usage.line.segment)
            return count > 0 ? event(metric, count).serialized() : nil
        }
    }

    private static func count(_ metric: Metric, _ segment: SegmentUsage) -> Int {
        switch metric {
        case .input: segment.promptTokens - segment.cachedTokens
        case .cachedInput: segment.cachedTokens
        case .output: segment.outputTokens
        }
    }

    /// At most 100 characters, which is Stripe's limit: a longer one is replaced by its digest.
    private static func id(_ line: UsageLine, _ metric: Metric) -> String {
        let id = "\(line.requestID):\(line.segment.index):\(metric.rawValue)"
        guard id.unicodeScalars.count > 100 else { return id }
        return "sha256:" + Array(SHA256.hash(data: Array(id.utf8))).hex
    }
}
