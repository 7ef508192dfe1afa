import CPQ

/// Where a PostgreSQL is and how to log in: a URL as libpq reads it. Its description has no password.
struct PostgreSQLTarget: Sendable, CustomStringConvertible {
    /// libpq's parameters; of two with one keyword the later counts.
    let parameters: [(keyword: String, value: String)]
    private let password: String?
    let description: String

    /// - Throws: ``StoreError/invalid(_:)``. It never repeats the URL: a password with characters that should have been
    ///   escaped ends up in any part of it.
    init(url: String, deadlines: StoreDeadlines) throws(StoreError) {
        var given: [(keyword: String, value: String)] = []
        for (keyword, value) in try Self.parse(url) {
            given.append((keyword: keyword, value: value))
        }
        func value(_ keyword: String) -> String? { given.last { $0.keyword == keyword }?.value }
        let port = value("port") ?? ""
        guard port.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "," }), !(value("host") ?? "").contains("@") else {
            throw .invalid(
                "the PostgreSQL URL has no valid host and port: write /, @ and : in the password as %2F, %40, %3A")
        }
        let milliseconds = String(deadlines.write.boundedMilliseconds)
        // What the URL does not say. A server that vanished must not look like one that thinks.
        let defaults = [
            ("fallback_application_name", "gleaner"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
            ("keepalives_count", "3"), ("tcp_user_timeout", milliseconds),
        ]
        parameters =
            defaults.map { (keyword: $0.0, value: $0.1) } + given + [(keyword: "client_encoding", value: "UTF8")]
        password = value("password")
        let host = value("host") ?? value("hostaddr") ?? "the default host"
        description =
            "PostgreSQL at \(host)\(port.isEmpty ? "" : ":\(port)"), database \(value("dbname") ?? "by default")"
    }

    /// The message without the password, and on one line.
    func scrubbed(_ message: String) -> String {
        var text = message
        if let password, !password.isEmpty {
            text = text.split(separator: password, omittingEmptySubsequences: false).joined(separator: "***")
        }
        return text.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.joined(separator: "; ")
    }

    private static func parse(_ url: String) throws(StoreError) -> [(String, String)] {
        guard !url.utf8.contains(0), let options = PQconninfoParse(url, nil) else {
            throw .invalid(
                "that is not a PostgreSQL URL, like postgresql://user:password@host/database?sslmode=verify-full")
        }
        defer { PQconninfoFree(options) }
        var found: [(String, String)] = []
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { found.append((String(cString: keyword), String(cString: value))) }
            option += 1
        }
        return found
    }
}
