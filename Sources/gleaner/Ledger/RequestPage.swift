import JSON
import Ledger

/// All that the ledger has about one request, so that a person can follow its money by hand.
struct RequestPage {
    private let trace: RequestTrace

    init(_ trace: RequestTrace) { self.trace = trace }

    // MARK: Text

    var table: String {
        let parts = [facts.table, trace.lines.isEmpty ? "" : segments.table, arithmetic, entry]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var facts: Card {
        var card = Card(["request"], [.text(trace.requestID)])
        if let line = trace.lines.first {
            card.members += identity(line.tenant, line.keyID, line.model, line.tier)
            card.members += [
                ("outcome", .text(line.outcome.rawValue)), ("admitted_ms", .time(line.startedMs)),
                ("settled_ms", .time(line.endedMs)), ("reserved", .money(line.reserved)), ("charge", .money(charge)),
            ]
        }
        if let reservation = trace.reservation {
            let request = reservation.request
            card.members += identity(request.tenant, request.keyID, request.model, request.tier)
            card.members += [
                ("outcome", .text("under way")), ("admitted_ms", .time(reservation.createdMs)),
                ("expires_ms", .time(reservation.expiresMs)), ("reserved", .money(reservation.amount)),
            ]
        }
        return card
    }

    private func identity(
        _ tenant: String, _ key: String?, _ model: String, _ tier: ServiceTier
    ) -> [(key: String, cell: Cell)] {
        [
            ("tenant", .text(tenant)), ("key_id", .text(key)), ("model", .text(model)),
            ("tier", .text(tier.rawValue)),
        ]
    }

    private var charge: PicoUSD { trace.lines.reduce(.zero) { $0 + $1.charge } }

    private var segments: Listing {
        Listing(
            columns: [
                "segment", "worker", "pool", "operator", "began", "prompt", "cached", "output", "unsent", "replayed",
                "price_version", "charge", "earned", "replay_pay",
            ],
            rows: trace.lines.map { line in
                let segment = line.segment
                return [
                    .count(segment.index), .text(segment.worker), .text(segment.pool), .text(line.operatorID),
                    .text(segment.began?.rawValue), .count(segment.promptTokens), .count(segment.cachedTokens),
                    .count(segment.outputTokens),
                    .count(segment.unsentTokens), .count(segment.replayedTokens), .number(line.priceVersion),
                    .money(line.charge), .money(line.earned), .money(line.replayPay),
                ]
            })
    }

    /// How the charge of each segment comes about, from its tokens and its price.
    private var arithmetic: String { trace.lines.map { sentence($0) + "\n" }.joined() }

    private func sentence(_ line: UsageLine) -> String {
        guard let version = line.priceVersion, let prices = prices(line) else {
            return "segment \(line.segment.index): the model had no price, so it cost nothing"
        }
        let segment = line.segment
        let full = AppliedPrice(version: version, prices: prices).charge(
            promptTokens: segment.promptTokens, cachedTokens: segment.cachedTokens, outputTokens: segment.outputTokens)
        return "segment \(segment.index): \(Self.product(segment, prices)) = \(full)\(reason(line, full: full))"
    }

    /// Each kind of tokens that there were, times its price.
    private static func product(_ segment: SegmentUsage, _ prices: TokenPrices) -> String {
        let (prompt, cached) = (segment.promptTokens, segment.cachedTokens)
        let terms = [
            (prompt - cached, cached == 0 ? "\(prompt)" : "(\(prompt) - \(cached))", prices.input),
            (cached, "\(cached)", prices.cachedInput), (segment.outputTokens, "\(segment.outputTokens)", prices.output),
        ]
        let shown = terms.filter { $0.0 > 0 }.map { "\($0.1) x \($0.2)" }
        return shown.isEmpty ? "no tokens" : shown.joined(separator: " + ")
    }

    /// Why a charge is not what the tokens would cost.
    private func reason(_ line: UsageLine, full: PicoUSD) -> String {
        guard line.charge != full else { return "" }
        if line.outcome == .failed { return ", charged \(line.charge): a request that failed costs nothing" }
        if trace.lines.allSatisfy({ $0.segment.outputTokens == 0 }) {
            return ", charged \(line.charge): without a delivered token a request costs nothing"
        }
        return ", charged \(line.charge): no more than was reserved"
    }

    /// The prices at the moment of admission.
    private func prices(_ line: UsageLine) -> TokenPrices? {
        trace.prices.first { $0.number == line.priceVersion }?.prices(atMs: line.startedMs)
    }

    private var entry: String {
        if let entry = trace.entry { return EntryPage(entry).table }
        return trace.lines.isEmpty ? "" : "No money moved, so there is no entry.\n"
    }

    // MARK: JSON

    var json: JSON {
        guard case .object(var object) = facts.json else { return facts.json }
        object["segments"] = segments.json
        object["prices"] = .array(trace.prices.map(\.json))
        object["entry"] = trace.entry.map { EntryPage($0).json } ?? .null
        return .object(object)
    }
}
