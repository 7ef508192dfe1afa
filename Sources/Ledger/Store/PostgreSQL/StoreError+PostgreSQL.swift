import CPQ

extension StoreError {
    /// What a failed statement's result means to us: its SQLSTATE, and the message without its detail line, where
    /// PostgreSQL puts stored values.
    init(postgreSQL result: OpaquePointer, target: PostgreSQLTarget) {
        let state = Self.field(result, "C") ?? ""
        let message = Self.field(result, "M") ?? String(cString: PQresultErrorMessage(result))
        let isStale = Self.isStale(result)
        let constraint = Self.field(result, "n").map { ", constraint \($0)" } ?? ""
        self.init(
            sqlState: isStale ? "26000" : state,
            "\(target.scrubbed(message))\(constraint) (\(state.isEmpty ? "no code" : state))")
    }

    /// Whether what the connection has prepared no longer fits: another process changed the schema (PostgreSQL says only
    /// by the place in its source that this is what it does not support), or it was forgotten.
    static func isStale(_ result: OpaquePointer) -> Bool {
        switch field(result, "C") {
        case "0A000": field(result, "R") == "RevalidateCachedQuery"
        case "26000": true
        default: false
        }
    }

    /// SQLSTATE codes: PostgreSQL's manual, appendix A.
    init(sqlState state: String, _ text: String) {
        switch state {
        case "23505", "23P01": self = .conflict(text)
        case "53100": self = .diskFull(text)
        case "25006", "42501": self = .readOnly(text)
        case "XX001", "XX002": self = .corrupt(text)
        case "55P03", "3D000", "26000", "": self = .unavailable(text)
        // Not what a broken line brings, but too few arguments.
        case "08P01": self = .invalid(text)
        default:
            switch state.prefix(2) {
            case "40": self = .conflict(text)
            case "08", "28", "53", "57", "58": self = .unavailable(text)
            default: self = .invalid(text)
            }
        }
    }

    private static func field(_ result: OpaquePointer, _ code: Character) -> String? {
        code.asciiValue.flatMap { PQresultErrorField(result, Int32($0)) }.map { String(cString: $0) }
    }
}
