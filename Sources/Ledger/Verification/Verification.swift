/// One run over all books.
struct Verification {
    let session: any SQLSession
    private let progress: @Sendable (VerificationProgress) -> Void
    private(set) var step = VerificationStep.entries
    private var rows = 0
    private var completed: [VerificationProgress] = []
    var totals = VerificationTotals()
    var notComparable: [String] = []
    /// The sum of the postings of each account, by its name.
    var sums: [String: PicoUSD] = [:]
    /// The time of the latest entry.
    var latestMs: Int64?
    /// The last entry's hash.
    var head = HashChain.empty.head

    /// Rows between two reports of progress.
    private static let stride = 10_000

    init(session: any SQLSession, progress: @escaping @Sendable (VerificationProgress) -> Void) {
        self.session = session
        self.progress = progress
    }

    mutating func run() throws -> VerificationReport {
        var discrepancy: Discrepancy?
        do {
            for step in VerificationStep.allCases {
                begin(step)
                try check()
                completed.append(VerificationProgress(step: step, rows: rows))
                progress(VerificationProgress(step: step, rows: rows))
            }
        } catch let error as Discrepancy {
            discrepancy = error
        }
        return VerificationReport(
            discrepancy: discrepancy, steps: completed, totals: totals, notComparable: notComparable,
            head: head.hex)
    }

    private mutating func begin(_ step: VerificationStep) {
        self.step = step
        rows = 0
    }

    private mutating func check() throws {
        switch step {
        case .entries: try checkEntries()
        case .balances: try checkBalances()
        case .reservations: try checkReservations()
        case .usage: try checkUsage()
        case .usageHours: try checkUsageHours()
        case .statements: try checkStatements()
        case .engineCounters: try checkEngineCounters()
        }
    }

    /// Another row was read.
    mutating func count() {
        rows += 1
        if rows.isMultiple(of: Self.stride) { progress(VerificationProgress(step: step, rows: rows)) }
    }

    func discrepancy(_ place: String, _ what: String, expected: Any, found: Any) -> Discrepancy {
        Discrepancy(step: step, place: place, what: what, expected: "\(expected)", found: "\(found)")
    }

    /// Names are made only when they are needed, which is once.
    func expect<Value: Equatable>(
        _ expected: Value, _ found: Value, _ what: @autoclosure () -> String, at place: @autoclosure () -> String
    ) throws {
        guard expected == found else { throw discrepancy(place(), what(), expected: expected, found: found) }
    }

    /// A row that cannot be read is a discrepancy of its place.
    func read<Value>(_ place: @autoclosure () -> String, _ body: () throws -> Value) throws -> Value {
        do { return try body() } catch StoreError.corrupt(let reason) {
            throw discrepancy(place(), "the row", expected: "readable", found: "not: \(reason)")
        }
    }

    /// Runs a query and gives the rows in groups with the same first column, in which they are ordered.
    func forEachGroup(_ query: String, _ body: ([SQLRow]) throws -> Void) throws {
        var group: [SQLRow] = []
        try session.forEach(query, []) { row in
            if let first = group.first, first[0] != row[0] {
                try body(group)
                group.removeAll(keepingCapacity: true)
            }
            group.append(row)
        }
        if !group.isEmpty { try body(group) }
    }
}
