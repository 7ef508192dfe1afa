/// Turns delivered tokens into money: a pure function.
///
/// Every segment is charged by itself and its charge split between its pool's operator and the platform by
/// largest remainder, so that the parts sum to the charge exactly. A request without a single delivered token, or
/// one that failed, costs the tenant nothing, prompt included. Recomputed tokens are paid to the operator by the
/// platform at the price of input, and never charged.
package struct SettlementPolicy {
    private let reservation: Reservation
    private let pools: [String: Pool]
    private let nowMs: Int64

    package init(reservation: Reservation, pools: [String: Pool], nowMs: Int64) {
        self.reservation = reservation
        self.pools = pools
        self.nowMs = nowMs
    }

    /// - Throws: `SettlementError`; nothing has been decided then.
    package func settle(_ request: SettlementRequest) throws(SettlementError) -> Settlement {
        guard Set(request.segments.map(\.index)).count == request.segments.count,
            request.segments.allSatisfy(\.isSound)
        else { throw .unsound(request.requestID) }
        let isFree = request.outcome == .failed || request.segments.allSatisfy { $0.outputTokens == 0 }
        var left = reservation.amount
        var parts: [Part] = []
        for segment in request.segments {
            guard let pool = pools[segment.pool] else { throw .unknownPool(segment.pool) }
            let charge = isFree ? .zero : min(full(segment), left)
            left -= charge
            parts.append(part(segment, charge: charge, pool: pool))
        }
        let entry = try entry(parts, id: "request:" + request.requestID)
        return Settlement(
            lines: parts.map { line(of: $0, outcome: request.outcome, entryID: entry?.id) }, entry: entry,
            charge: reservation.amount - left,
            tokens: request.segments.reduce(0) { $0 + $1.promptTokens + $1.outputTokens })
    }

    /// A segment with what it moves.
    private struct Part {
        let segment: SegmentUsage
        let charge: PicoUSD
        let operatorID: String
        let earned: PicoUSD
        let kept: PicoUSD
        let replayPay: PicoUSD
    }

    private func full(_ segment: SegmentUsage) -> PicoUSD {
        reservation.price?.charge(
            promptTokens: segment.promptTokens, cachedTokens: segment.cachedTokens, outputTokens: segment.outputTokens)
            ?? .zero
    }

    private func part(_ segment: SegmentUsage, charge: PicoUSD, pool: Pool) -> Part {
        let (earned, kept) = charge.split(pool.operatorShare)
        let input = reservation.price?.prices.input ?? .zero
        let (replayPay, _) = (input * segment.replayedTokens).split(pool.operatorShare)
        return Part(
            segment: segment, charge: charge, operatorID: pool.operatorID, earned: earned, kept: kept,
            replayPay: replayPay)
    }

    private func entry(_ parts: [Part], id: String) throws(SettlementError) -> EntryDraft? {
        let postings = parts.flatMap { part in
            [
                Posting(.tenant(reservation.request.tenant), -part.charge),
                Posting(.operator(part.operatorID), part.earned + part.replayPay),
                Posting(.platform, part.kept), Posting(.replay, -part.replayPay),
            ]
        }
        guard postings.contains(where: { $0.amount != .zero }) else { return nil }
        do { return try EntryDraft(id: id, kind: .usage, timeMs: nowMs, postings: postings) } catch {
            throw .entry(error)
        }
    }

    private func line(of part: Part, outcome: Outcome, entryID: String?) -> UsageLine {
        let request = reservation.request
        return UsageLine(
            requestID: request.requestID, tenant: request.tenant, keyID: request.keyID, model: request.model,
            tier: request.tier, segment: part.segment, outcome: outcome, priceVersion: reservation.price?.version,
            reserved: reservation.amount, charge: part.charge, operatorID: part.operatorID, earned: part.earned,
            replayPay: part.replayPay, startedMs: reservation.createdMs, endedMs: nowMs, entryID: entryID)
    }
}
