/// Where a ledger's database is, as a person writes it: the path of a SQLite file, or PostgreSQL's URL.
package enum DatabaseLocation: Sendable, Hashable {
    case sqlite(path: String)
    /// The URL may hold a password; ``description`` does not.
    case postgreSQL(url: String)

    /// - Throws: ``StoreError/invalid(_:)`` for anything else, which is told apart by its scheme and never repeated.
    package init(_ text: String) throws(StoreError) {
        guard !text.isEmpty, !text.utf8.contains(0) else { throw .invalid("a database needs a path or a URL") }
        if text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") {
            _ = try PostgreSQLTarget(url: text, deadlines: StoreDeadlines())
            self = .postgreSQL(url: text)
            return
        }
        let scheme = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+.-".contains($0)) }
        let rest = text[scheme.endIndex...]
        guard !rest.hasPrefix("://"), text != ":memory:", scheme != "file" || !rest.hasPrefix(":") else {
            throw .invalid("a database is a SQLite file's plain path, or a URL that begins with postgresql://")
        }
        guard !text.hasSuffix("/") else { throw .invalid("\(text) is a folder: the path of a file is needed") }
        self = .sqlite(path: text)
    }

    /// Opens the database. A SQLite file that is not there is made, readable by its owner only, with its folders. That
    /// may block for ``StoreDeadlines/write``; PostgreSQL is connected to by the first unit of work.
    package func open(_ deadlines: StoreDeadlines = StoreDeadlines()) throws(StoreError) -> any SQLDatabase {
        switch self {
        case .sqlite(let path):
            try PrivateFile.make(path)
            return try SQLiteDatabase(path: path, deadlines: deadlines)
        case .postgreSQL(let url):
            return try PostgreSQLDatabase(url: url, deadlines: deadlines)
        }
    }
}

extension DatabaseLocation: CustomStringConvertible {
    /// For people and logs: without a password.
    package var description: String {
        switch self {
        case .sqlite(let path): path
        case .postgreSQL(let url):
            (try? PostgreSQLTarget(url: url, deadlines: StoreDeadlines()))?.description ?? "PostgreSQL"
        }
    }
}

extension DatabaseLocation: CustomReflectable {
    /// Dumps and test failures show what the description shows.
    package var customMirror: Mirror { Mirror(self, children: ["location": description]) }
}
