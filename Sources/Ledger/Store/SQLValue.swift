/// What a column or a parameter can hold. There are no floating-point numbers in a ledger.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    /// Unicode text without U+0000, which PostgreSQL cannot store and neither store therefore takes.
    case text(String)
    case bytes([UInt8])

    package init(_ integer: Int) { self = .integer(Int64(integer)) }
    package init(_ integer: Int64?) { self = integer.map { .integer($0) } ?? .null }
    package init(_ text: String?) { self = text.map { .text($0) } ?? .null }

    /// The kind of value, for messages: a value itself never stands in one.
    var kind: String {
        switch self {
        case .null: "null"
        case .integer: "an integer"
        case .text: "text"
        case .bytes: "bytes"
        }
    }
}

extension SQLValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(stringLiteral value: String) { self = .text(value) }
    package init(nilLiteral: ()) { self = .null }
}
