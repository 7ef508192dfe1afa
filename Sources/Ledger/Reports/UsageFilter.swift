/// Which usage counts; nil is all of it.
struct UsageFilter: Sendable, Hashable {
    var tenants: Set<String>?
    var keys: Set<String>?
    var models: Set<String>?
    var isBatch: Bool?

    /// The most ids of one kind.
    static let maximumIDs = 200

    func check() throws(ReportError) {
        for ids in [tenants, keys, models] {
            guard let ids, ids.count > Self.maximumIDs else { continue }
            throw .tooManyFilters(ids.count, most: Self.maximumIDs)
        }
    }

    /// Conditions that begin with AND, and their arguments.
    /// - Parameter first: the number of the first argument.
    func sql(from first: Int) -> (conditions: String, arguments: [SQLValue]) {
        // Naming all tenants lets the databases use their indexes, which begin with the tenant.
        var conditions = tenants == nil ? " AND tenant IN (SELECT id FROM tenants)" : ""
        var arguments: [SQLValue] = []
        for (column, ids) in [("tenant", tenants), ("key_id", keys), ("model", models)] {
            guard let ids else { continue }
            let start = first + arguments.count
            let numbers = Array(start..<start + ids.count)
            conditions += ids.isEmpty ? " AND 1 = 0" : " AND \(column) IN (\(Self.list(numbers)))"
            arguments += ids.sorted().map { .text($0) }
        }
        if let isBatch { conditions += isBatch ? " AND tier = 'batch'" : " AND tier <> 'batch'" }
        return (conditions, arguments)
    }

    private static func list(_ numbers: [Int]) -> String { numbers.map { "$\($0)" }.joined(separator: ", ") }
}
