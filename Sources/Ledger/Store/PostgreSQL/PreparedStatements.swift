/// What is prepared on one connection: by text, by the rows in its `VALUES`, and by the kinds of its parameters, which
/// PostgreSQL fixes when it prepares.
struct PreparedStatements {
    private struct Key: Hashable {
        let sql: String
        let numRows: Int
    }

    private struct Prepared {
        let kinds: [PostgreSQLParameters.Kind]
        let name: String
    }

    private var statements: [Key: [Prepared]] = [:]
    private var count = 0

    /// The name of a statement that takes such arguments; nil when there is none yet. A null fits everywhere.
    func name(_ sql: String, _ kinds: [PostgreSQLParameters.Kind], numRows: Int = 1) -> String? {
        statements[Key(sql: sql, numRows: numRows)]?.first { prepared in
            prepared.kinds.count == kinds.count
                && zip(prepared.kinds, kinds).allSatisfy { $0 == $1 || $1 == .unknown }
        }?.name
    }

    /// Keeps a statement that is being prepared.
    /// - Returns: its name, which was never used.
    mutating func insert(_ sql: String, _ kinds: [PostgreSQLParameters.Kind], numRows: Int = 1) -> String {
        count += 1
        let name = "s\(count)"
        statements[Key(sql: sql, numRows: numRows), default: []].append(Prepared(kinds: kinds, name: name))
        return name
    }

    /// Forgets what the server did not come to prepare.
    mutating func remove(_ names: Set<String>) {
        for key in statements.keys { statements[key]?.removeAll { names.contains($0.name) } }
    }
}
