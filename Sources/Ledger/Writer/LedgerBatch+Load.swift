extension LedgerBatch {
    /// Reads what the operations need, under the lock that makes the transactions of all processes serial.
    static func load(
        for operations: [LedgerOperation], directory: Directory, nowMs: Int64, leaseMs: Int64,
        from session: any SQLSession
    ) throws -> LedgerBatch {
        let requestIDs = unique(operations.compactMap(\.requestID))
        // Whether a request was settled before is asked for admissions at once, and else where there is no reservation.
        let admitted = unique(operations.compactMap(\.admittedID))
        // What the operations name is asked for with the rest, in one round trip; seldom is anything left to ask. This
        // directory may be old: what it names wrongly is read and not used.
        let named = Needs(operations, reservations: [:], entries: [:], directory: directory)
        let begin = try session.queries([
            head(session), reservations(requestIDs, session), settled(admitted, session),
            meters(named.meters, session), balances(named.accounts, session),
        ])
        let (chain, revision) = try head(begin[0])
        var directory = directory
        try directory.refresh(to: revision, from: session)
        let reservations = try reservations(begin[1])
        let others = Set(requestIDs).subtracting(admitted).filter { reservations[$0] == nil }
        let late = try session.queries([settled(Array(others), session)])
        let entries = try entries(unique(operations.flatMap(\.entryIDs)), session)
        let needs = Needs(operations, reservations: reservations, entries: entries, directory: directory)
        let rest = try session.queries([
            meters(needs.meters.subtracting(named.meters), session),
            balances(needs.accounts.subtracting(named.accounts), session),
        ])
        return LedgerBatch(
            directory: directory, nowMs: nowMs, leaseMs: leaseMs, chain: chain, reservations: reservations,
            meters: try meters(needs.meters, begin[3] + rest[0]),
            balances: try balances(needs.accounts, begin[4] + rest[1]),
            entries: entries, settled: try settled(begin[2] + late[0]))
    }

    /// The last entry and the directory's revision. The row is the lock that every writer takes first.
    private static func head(_ session: any SQLSession) -> SQLQuery {
        SQLQuery("SELECT entry, hash, revision FROM ledger_head WHERE id = $1\(session.dialect.lockingClause)", [[1]])
    }

    private static func head(_ rows: [SQLRow]) throws -> (HashChain, revision: Int64) {
        guard let row = rows.first, let hash = [UInt8](hex: try row.text(1)) else {
            throw StoreError.corrupt("ledger_head has no row")
        }
        return (HashChain(number: try row.integer(0), head: hash), try row.integer(2))
    }

    private static func reservations(_ ids: [String], _ session: any SQLSession) -> SQLQuery {
        SQLQuery(
            "SELECT \(Reservation.columns) FROM reservations WHERE request_id", isOneOf: ids, session.dialect)
    }

    private static func reservations(_ rows: [SQLRow]) throws -> [String: Reservation] {
        var found: [String: Reservation] = [:]
        for row in rows {
            let reservation = try Reservation(row: row)
            found[reservation.request.requestID] = reservation
        }
        return found
    }

    private static func settled(_ ids: [String], _ session: any SQLSession) -> SQLQuery {
        SQLQuery("SELECT request_id, charge FROM usage_lines WHERE request_id", isOneOf: ids, session.dialect)
    }

    private static func settled(_ rows: [SQLRow]) throws -> [String: PicoUSD] {
        var found: [String: PicoUSD] = [:]
        for row in rows { found[try row.text(0), default: .zero] += PicoUSD(pico: Int128(try row.integer(1))) }
        return found
    }

    private static func meters(_ ids: Set<MeterID>, _ session: any SQLSession) -> SQLQuery {
        SQLQuery("SELECT \(Meter.columns) FROM meters WHERE id", isOneOf: ids.map(\.name), session.dialect)
    }

    private static func meters(_ ids: Set<MeterID>, _ rows: [SQLRow]) throws -> [MeterID: Meter] {
        var meters: [String: Meter] = [:]
        for row in rows { meters[try row.text(0)] = try Meter(row: row) }
        return Dictionary(uniqueKeysWithValues: ids.compactMap { id in meters[id.name].map { (id, $0) } })
    }

    private static func balances(_ accounts: Set<Account>, _ session: any SQLSession) -> SQLQuery {
        SQLQuery(
            "SELECT account, balance FROM balances WHERE account", isOneOf: accounts.map(\.name), session.dialect)
    }

    private static func balances(_ accounts: Set<Account>, _ rows: [SQLRow]) throws -> [Account: PicoUSD] {
        var balances: [String: PicoUSD] = [:]
        for row in rows { balances[try row.text(0)] = try row.amount(1) }
        return Dictionary(
            uniqueKeysWithValues: accounts.compactMap { account in balances[account.name].map { (account, $0) } })
    }

    private static func entries(_ ids: [String], _ session: any SQLSession) throws -> [String: KnownEntry] {
        var found: [String: KnownEntry] = [:]
        for id in ids {
            guard let entry = try Entry.read(id: id, from: session) else { continue }
            let reversal = try session.first("SELECT id FROM entries WHERE reverses = $1", [.text(id)])
            found[id] = KnownEntry(entry: entry, reversedBy: try reversal?.text(0))
        }
        return found
    }

    private static func unique(_ ids: [String]) -> [String] {
        var seen: Set<String> = []
        return ids.filter { seen.insert($0).inserted }
    }

    /// Whose meters and balances a batch reads and changes.
    private struct Needs {
        var meters: Set<MeterID> = []
        var accounts: Set<Account> = []

        init(
            _ operations: [LedgerOperation], reservations: [String: Reservation], entries: [String: KnownEntry],
            directory: Directory
        ) {
            for operation in operations {
                switch operation {
                case .admit(let request): insert(request)
                case .note: break
                case .settle(let request):
                    insert(pools: request.segments, directory)
                    if let copy = request.copy { insert(copy.request) }
                case .expire(let id): insert(pools: reservations[id]?.progress ?? [], directory)
                case .post(let draft): accounts.formUnion(draft.postings.map(\.account))
                case .reverse(let id, _): accounts.formUnion(entries[id]?.entry.draft.postings.map(\.account) ?? [])
                }
            }
            for reservation in reservations.values { insert(reservation.request) }
            accounts.formUnion([.platform, .replay])
        }

        private mutating func insert(_ request: AdmissionRequest) {
            meters.insert(.tenant(request.tenant))
            accounts.insert(.tenant(request.tenant))
            if let key = request.keyID { meters.insert(.key(key)) }
        }

        private mutating func insert(pools segments: [SegmentUsage], _ directory: Directory) {
            for segment in segments {
                if let pool = directory.pools[segment.pool] { accounts.insert(.operator(pool.operatorID)) }
            }
        }
    }
}

extension LedgerOperation {
    /// The request that it admits.
    fileprivate var admittedID: String? {
        if case .admit(let request) = self { request.requestID } else { nil }
    }
}
