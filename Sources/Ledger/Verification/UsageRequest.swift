import JSON

/// All lines of usage of one request, and what the ledger says of it.
struct UsageRequest {
    let lines: [UsageLine]
    private let entry: (kind: String, timeMs: Int64)?
    /// The postings of its entry: how many there are, and those of the accounts that its lines name.
    private let numPostings: Int
    private let posted: [Account: PicoUSD]
    private let place: String

    /// A usage entry never takes more than 64 bits of an account, so an account has one posting in it.
    static let query = """
        SELECT \(UsageLine.columns), e.kind, e.time_ms,
            (SELECT count(*) FROM postings a WHERE a.entry = e.number), t.amount, o.amount, k.amount, r.amount
        FROM usage_lines u LEFT JOIN entries e ON e.id = u.entry_id
            LEFT JOIN postings t ON t.entry = e.number AND t.account = 'tenant:' || u.tenant
            LEFT JOIN postings o ON o.entry = e.number AND o.account = 'operator:' || u.operator
            LEFT JOIN postings k ON k.entry = e.number AND k.account = 'platform:revenue'
            LEFT JOIN postings r ON r.entry = e.number AND r.account = 'platform:replay'
        ORDER BY u.request_id, u.segment
        """

    init(_ rows: [SQLRow], _ verification: Verification) throws {
        let first = rows[0]
        place = "request '\(try first.text(0))'"
        lines = try rows.map { row in
            let (id, segment) = (try row.text(0), try row.integer(1))
            return try verification.read("request '\(id)' segment \(segment)") { try UsageLine(row: row) }
        }
        let next = UsageLine.numColumns
        entry = try first.optionalText(next).map { ($0, try first.integer(next + 1)) }
        numPostings = Int(try first.integer(next + 2))
        var posted: [Account: PicoUSD] = [:]
        for (line, row) in zip(lines, rows) {
            let accounts: [Account] = [.tenant(line.tenant), .operator(line.operatorID), .platform, .replay]
            for (column, account) in zip((next + 3)..., accounts) {
                posted[account] = try row.optionalInteger(column).map { PicoUSD(pico: Int128($0)) }
            }
        }
        self.posted = posted
    }

    /// Checks it, and says whether it was charged less than its tokens cost.
    func isCapped(_ history: PriceHistory, _ verification: Verification) throws -> Bool {
        try checkLines(verification)
        try checkEntry(verification)
        return try checkCharges(history, verification)
    }

    private func place(_ line: UsageLine) -> String { "\(place) segment \(line.segment.index)" }

    /// The lines of one request differ only in their segments and charges.
    private func checkLines(_ verification: Verification) throws {
        let first = lines[0]
        for line in lines {
            try verification.expect(first.tenant, line.tenant, "tenant", at: place(line))
            try verification.expect(first.keyID, line.keyID, "key", at: place(line))
            try verification.expect(first.model, line.model, "model", at: place(line))
            try verification.expect(first.tier, line.tier, "tier", at: place(line))
            try verification.expect(first.outcome, line.outcome, "outcome", at: place(line))
            try verification.expect(first.priceVersion, line.priceVersion, "price version", at: place(line))
            try verification.expect(first.reserved, line.reserved, "reserved amount in USD", at: place(line))
            try verification.expect(first.startedMs, line.startedMs, "start in ms", at: place(line))
            try verification.expect(first.endedMs, line.endedMs, "end in ms", at: place(line))
            try verification.expect(first.entryID, line.entryID, "entry", at: place(line))
            guard line.segment.isSound else {
                throw verification.discrepancy(
                    place(line), "tokens", expected: "not negative, and no more cached than of the prompt",
                    found: line.segment.column.serialized())
            }
            guard (PicoUSD.zero...max(line.charge, .zero)).contains(line.earned), line.charge >= .zero else {
                throw verification.discrepancy(
                    place(line), "the operator's part in USD", expected: "from 0 to \(line.charge)", found: line.earned)
            }
        }
        if Set(lines.map(\.segment.index)).count != lines.count {
            throw verification.discrepancy(
                place, "postings of one account in its entry", expected: "one", found: "several")
        }
    }

    private func checkEntry(_ verification: Verification) throws {
        let first = lines[0]
        if let id = first.entryID {
            guard let entry else {
                throw verification.discrepancy(place, "entry '\(id)'", expected: "there", found: "missing")
            }
            try verification.expect("request:" + first.requestID, id, "entry", at: place)
            try verification.expect(EntryKind.usage.rawValue, entry.kind, "its entry's kind", at: place)
            try verification.expect(entry.timeMs, first.endedMs, "end in ms, by its entry,", at: place)
        }
        var owed: [Account: PicoUSD] = [:]
        for line in lines {
            owed[.tenant(line.tenant), default: .zero] -= line.charge
            owed[.operator(line.operatorID), default: .zero] += line.earned + line.replayPay
            owed[.platform, default: .zero] += line.charge - line.earned
            owed[.replay, default: .zero] -= line.replayPay
        }
        for (account, amount) in owed.sorted(by: { $0.key.name > $1.key.name }) {
            try verification.expect(
                amount, posted[account] ?? .zero, "the posting of \(account.name) in USD, by its lines,", at: place)
        }
        let accounts = owed.values.count { $0 != .zero }
        try verification.expect(accounts, numPostings, "the number of postings of its entry", at: place)
    }
}

extension UsageRequest {
    /// Whether nobody pays for it.
    private var isFree: Bool {
        lines[0].outcome == .failed || lines.allSatisfy { $0.segment.outputTokens == 0 }
    }

    /// The tokens of a line at the prices of the moment when the request was admitted.
    private func full(_ line: UsageLine, _ price: AppliedPrice?) -> PicoUSD {
        guard !isFree, let price else { return .zero }
        return price.charge(
            promptTokens: line.segment.promptTokens, cachedTokens: line.segment.cachedTokens,
            outputTokens: line.segment.outputTokens)
    }

    /// Every charge is its tokens at the price version's prices, unless that is more than was reserved: then all
    /// charges together are what was reserved, and only one line has a part of its price.
    /// - Returns: whether that is so.
    private func checkCharges(_ history: PriceHistory, _ verification: Verification) throws -> Bool {
        let price = try price(history, verification)
        let full = lines.map { self.full($0, price) }
        let isCapped = full.reduce(.zero, +) > lines[0].reserved
        var partial = 0
        for (line, full) in zip(lines, full) {
            try checkReplay(line, price, verification)
            guard line.charge != full else { continue }
            if line.charge > .zero { partial += 1 }
            guard isCapped, line.charge < full, partial <= 1 else {
                throw verification.discrepancy(
                    place(line), "charge in USD, by version \(price?.version ?? 0) of its price,", expected: full,
                    found: line.charge)
            }
        }
        let charged = lines.reduce(PicoUSD.zero) { $0 + $1.charge }
        if isCapped {
            try verification.expect(lines[0].reserved, charged, "charge in USD, all that was reserved,", at: place)
        }
        return isCapped
    }

    /// The operator gets the pool's share of it, and shares may change, so it can only be bounded.
    private func checkReplay(_ line: UsageLine, _ price: AppliedPrice?, _ verification: Verification) throws {
        let most = (price?.prices.input ?? .zero) * line.segment.replayedTokens
        guard (PicoUSD.zero...most).contains(line.replayPay) else {
            throw verification.discrepancy(
                place(line), "pay for \(line.segment.replayedTokens) replayed tokens in USD",
                expected: "from 0 to \(most)", found: line.replayPay)
        }
    }

    private func price(_ history: PriceHistory, _ verification: Verification) throws -> AppliedPrice? {
        let first = lines[0]
        let version = try history.version(
            first.priceVersion, model: first.model, tier: first.tier, atMs: first.startedMs, verification, at: place)
        return version.map { AppliedPrice(version: $0.number, prices: $0.prices(atMs: first.startedMs)) }
    }
}
