/// The ledger as one transaction sees it: what the operations of a batch need was read, what they change is
/// kept here, and written at the end. All decisions are made on it, in memory and in order.
struct LedgerBatch {
    let directory: Directory
    let nowMs: Int64
    let leaseMs: Int64
    private(set) var chain: HashChain
    private(set) var reservations: [String: Reservation]
    private(set) var meters: [MeterID: Meter]
    private(set) var balances: [Account: PicoUSD]
    /// Entries that operations refer to, by id, with the id of what reversed them.
    private(set) var entries: [String: KnownEntry]
    /// What requests cost that were settled before.
    private var settled: [String: PicoUSD]
    private(set) var changes = LedgerChanges()

    struct KnownEntry {
        let entry: Entry
        var reversedBy: String?
    }

    init(
        directory: Directory, nowMs: Int64, leaseMs: Int64, chain: HashChain, reservations: [String: Reservation],
        meters: [MeterID: Meter], balances: [Account: PicoUSD], entries: [String: KnownEntry],
        settled: [String: PicoUSD]
    ) {
        self.directory = directory
        self.nowMs = nowMs
        self.leaseMs = leaseMs
        self.chain = chain
        self.reservations = reservations
        self.meters = meters
        self.balances = balances
        self.entries = entries
        self.settled = settled
    }

    /// Does one operation, or throws and changes nothing.
    mutating func apply(_ operation: LedgerOperation) throws(LedgerError) -> LedgerAnswer {
        switch operation {
        case .admit(let request): .admitted(try admit(request))
        case .note(let id, let progress): try note(id, progress)
        case .settle(let request): .settled(try settle(request))
        case .expire(let id): .settled(try expire(id))
        case .post(let draft): .posted(try post(draft))
        case .reverse(let entryID, let id): .posted(try reverse(entryID, id: id))
        }
    }

    // MARK: Requests

    private mutating func admit(_ request: AdmissionRequest) throws(LedgerError) -> Admission {
        if let known = reservations[request.requestID] {
            guard known.request.isSame(as: request) else { throw .differentRequest(request.requestID) }
            return Admission(reservation: known, requests: nil, tokens: nil)
        }
        guard settled[request.requestID] == nil else { throw .differentRequest(request.requestID) }
        let request = inOfferedTier(request)
        guard let tenant = directory.tenants[request.tenant] else { throw .refused(.unknownTenant(request.tenant)) }
        let key = request.keyID.flatMap { directory.keys[$0] }
        if let id = request.keyID, key?.tenant != tenant.id { throw .refused(.keyRevoked(id)) }
        let ids = (MeterID.tenant(tenant.id), key.map { MeterID.key($0.id) })
        var both = (tenant: meters[ids.0] ?? Meter(), key: ids.1.flatMap { meters[$0] } ?? Meter())
        let policy = AdmissionPolicy(
            tenant: tenant, key: key, balance: balances[.tenant(tenant.id)] ?? .zero,
            price: directory.prices.price(model: request.model, tier: request.tier, atMs: nowMs), nowMs: nowMs)
        let admission: Admission
        do { admission = try policy.admit(request, meters: &both, expiresMs: nowMs + leaseMs) } catch {
            throw .refused(error)
        }
        keep(both.tenant, of: ids.0)
        if let id = ids.1 { keep(both.key, of: id) }
        reservations[request.requestID] = admission.reservation
        changes.reservations[request.requestID] = .some(admission.reservation)
        return admission
    }

    /// A tier that has no price where the default tier has one is not offered: the default takes its place.
    private func inOfferedTier(_ request: AdmissionRequest) -> AdmissionRequest {
        let isOffered = { (tier: ServiceTier) in
            directory.prices.price(model: request.model, tier: tier, atMs: nowMs) != nil
        }
        guard !isOffered(request.tier), isOffered(.standard) else { return request }
        return request.with(tier: .standard)
    }

    private mutating func note(_ id: String, _ progress: [SegmentUsage]) throws(LedgerError) -> LedgerAnswer {
        guard var reservation = reservations[id] else { throw .settlement(.unknownReservation(id)) }
        guard progress.allSatisfy(\.isSound) else { throw .settlement(.unsound(id)) }
        reservation.progress = progress
        reservation.expiresMs = max(reservation.expiresMs, nowMs + leaseMs)
        reservations[id] = reservation
        changes.reservations[id] = .some(reservation)
        return .noted
    }

    private mutating func settle(_ request: SettlementRequest) throws(LedgerError) -> SettledRequest {
        let id = request.requestID
        if let charge = settled[id] { return SettledRequest(requestID: id, charge: charge, wasSettled: true) }
        // A request that failed before it was served left no usage behind: saying so again changes nothing.
        if reservations[id] == nil, request.segments.isEmpty {
            return SettledRequest(requestID: id, charge: .zero, wasSettled: true)
        }
        guard let reservation = reservations[id] ?? request.copy else { throw .settlement(.unknownReservation(id)) }
        let policy = SettlementPolicy(reservation: reservation, pools: directory.pools, nowMs: nowMs)
        let settlement: Settlement
        do { settlement = try policy.settle(request) } catch { throw .settlement(error) }
        if let entry = settlement.entry { append(entry) }
        changes.usage += settlement.lines
        release(reservation, charge: settlement.charge, tokens: settlement.tokens)
        settled[id] = settlement.charge
        return SettledRequest(requestID: id, charge: settlement.charge, wasSettled: false)
    }

    /// A reservation that got a sign of life in the meantime stays.
    private mutating func expire(_ id: String) throws(LedgerError) -> SettledRequest {
        guard let reservation = reservations[id], reservation.expiresMs <= nowMs else {
            return SettledRequest(requestID: id, charge: settled[id] ?? .zero, wasSettled: true)
        }
        // A line of usage in any case: a late word of the server must find the request settled.
        let segments = reservation.progress.isEmpty ? [SegmentUsage.unreported] : reservation.progress
        return try settle(SettlementRequest(requestID: id, outcome: .expired, segments: segments))
    }

    /// What a lost reservation held of the meters was lost with it: nothing of that is released.
    private mutating func release(_ reservation: Reservation, charge: PicoUSD, tokens: Int) {
        let request = reservation.request
        let isHeld = reservations[request.requestID] != nil
        for id in [.tenant(request.tenant)] + (request.keyID.map { [MeterID.key($0)] } ?? []) {
            var meter = meters[id] ?? Meter()
            if isHeld {
                meter.release(reservation, charge: charge, unusedTokens: request.tokens - tokens, nowMs: nowMs)
            } else {
                meter.spend(charge, nowMs: nowMs)
            }
            keep(meter, of: id)
        }
        guard isHeld else { return }
        reservations[request.requestID] = nil
        changes.reservations[request.requestID] = .some(nil)
    }

    private mutating func keep(_ meter: Meter, of id: MeterID) {
        meters[id] = meter
        changes.meters[id] = meter
    }

    // MARK: Entries

    private mutating func post(_ draft: EntryDraft) throws(LedgerError) -> Entry {
        if let known = entries[draft.id]?.entry {
            guard known.draft.postings == draft.postings, known.draft.kind == draft.kind else {
                throw .differentEntry(draft.id)
            }
            return known
        }
        if draft.kind == .payout { try checkCovered(draft) }
        return append(draft)
    }

    /// Nobody is paid what it does not have: two payouts at once could each be of the whole balance.
    private func checkCovered(_ draft: EntryDraft) throws(LedgerError) {
        for posting in draft.postings where posting.amount < .zero {
            let balance = balances[posting.account] ?? .zero
            guard balance + posting.amount >= .zero else {
                throw .overdrawn(posting.account, balance: balance, by: -posting.amount)
            }
        }
    }

    private mutating func reverse(_ entryID: String, id: String) throws(LedgerError) -> Entry {
        guard let known = entries[entryID] else { throw .unknownEntry(entryID) }
        if let by = known.reversedBy {
            guard by == id, let reversal = entries[id] else { throw .alreadyReversed(entryID, by: by) }
            return reversal.entry
        }
        guard entries[id] == nil else { throw .differentEntry(id) }
        do {
            let entry = append(try known.entry.draft.reversal(id: id, timeMs: nowMs))
            entries[entryID]?.reversedBy = id
            return entry
        } catch {
            throw .entry(error)
        }
    }

    @discardableResult
    private mutating func append(_ draft: EntryDraft) -> Entry {
        let entry = chain.append(draft)
        for posting in draft.postings {
            let balance = (balances[posting.account] ?? .zero) + posting.amount
            balances[posting.account] = balance
            changes.balances[posting.account] = balance
        }
        changes.entries.append(entry)
        entries[draft.id] = KnownEntry(entry: entry)
        return entry
    }
}

/// What a batch has changed and must be written.
struct LedgerChanges {
    /// nil inside: the reservation is over.
    var reservations: [String: Reservation?] = [:]
    var meters: [MeterID: Meter] = [:]
    var balances: [Account: PicoUSD] = [:]
    var entries: [Entry] = []
    var usage: [UsageLine] = []
}
