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
        let entryID = "request:" + request.requestID
        var left = reservation.amount
        var postings: [Posting] = []
        var charges: [PicoUSD] = []
        for segment in request.segments {
            guard let pool = pools[segment.pool] else { throw .unknownPool(segment.pool) }
            let charge = isFree ? .zero : min(full(segment), left)
            left -= charge
            charges.append(charge)
            postings += self.postings(of: segment, charge: charge, pool: pool)
        }
        let moves = postings.contains { $0.amount != .zero }
        let entry: EntryDraft?
        do {
            entry = moves ? try EntryDraft(id: entryID, kind: .usage, timeMs: nowMs, postings: postings) : nil
        } catch {
            throw .entry(error)
        }
        let lines = zip(request.segments, charges).map { segment, charge in
            line(of: segment, charge: charge, outcome: request.outcome, entryID: entry?.id)
        }
        return Settlement(
            lines: lines, entry: entry, charge: reservation.amount - left,
            tokens: request.segments.reduce(0) { $0 + $1.promptTokens + $1.outputTokens })
    }

    private func full(_ segment: SegmentUsage) -> PicoUSD {
        reservation.price?.charge(
            promptTokens: segment.promptTokens, cachedTokens: segment.cachedTokens, outputTokens: segment.outputTokens)
            ?? .zero
    }

    private func postings(of segment: SegmentUsage, charge: PicoUSD, pool: Pool) -> [Posting] {
        let (earned, kept) = charge.split(pool.operatorShare)
        let input = reservation.price?.prices.input ?? .zero
        let (replay, _) = (input * segment.replayedTokens).split(pool.operatorShare)
        return [
            Posting(.tenant(reservation.request.tenant), -charge), Posting(.operator(pool.operatorID), earned + replay),
            Posting(.platform, kept), Posting(.replay, -replay),
        ]
    }

    private func line(of segment: SegmentUsage, charge: PicoUSD, outcome: Outcome, entryID: String?) -> UsageLine {
        let request = reservation.request
        return UsageLine(
            requestID: request.requestID, tenant: request.tenant, keyID: request.keyID, model: request.model,
            tier: request.tier, segment: segment, outcome: outcome, priceVersion: reservation.price?.version,
            charge: charge, startedMs: reservation.createdMs, endedMs: nowMs, entryID: entryID)
    }
}
