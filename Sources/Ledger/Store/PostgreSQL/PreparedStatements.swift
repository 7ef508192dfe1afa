/// What is prepared on one connection: by text, and by the kinds of its parameters, which PostgreSQL fixes when it
/// prepares.
struct PreparedStatements {
    private struct Prepared {
        let kinds: [PostgreSQLParameters.Kind]
        let name: String
    }

    private var statements: [String: [Prepared]] = [:]
    private var count = 0

    /// The name of a statement that takes such arguments; nil when there is none yet. A null fits everywhere.
    func name(_ sql: String, _ kinds: [PostgreSQLParameters.Kind]) -> String? {
        statements[sql]?.first { prepared in
            prepared.kinds.count == kinds.count
                && zip(prepared.kinds, kinds).allSatisfy { $0 == $1 || $1 == .unknown }
        }?.name
    }

    /// A name that was never used.
    mutating func newName() -> String {
        count += 1
        return "s\(count)"
    }

    mutating func insert(_ sql: String, _ kinds: [PostgreSQLParameters.Kind], name: String) {
        statements[sql, default: []].append(Prepared(kinds: kinds, name: name))
    }
}
