/// Why a report cannot be made as it was asked for.
package enum ReportError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The end is not after the start, or a time is before 1970 or after 9999.
    case badRange(startMs: Int64, endMs: Int64)
    case badLimit(Int, most: Int)
    /// A cursor that this query did not give.
    case badPage(String)
    case tooManyFilters(Int, most: Int)
    case tooManyIDs(Int, most: Int)
    case unknownTenant(String)
    case unknownOperator(String)

    package var description: String {
        switch self {
        case .badRange(let startMs, let endMs):
            "There is no time from \(startMs / 1000) to \(endMs / 1000): give start and end in Unix seconds."
        case .badLimit(let limit, let most): "The limit is \(limit) and must be from 1 to \(most)."
        case .badPage(let page): "'\(page.prefix(80))' is no page of this query: send 'next_page' as it was received."
        case .tooManyFilters(let count, let most): "\(count) ids are more than the \(most) that one query can name."
        case .tooManyIDs(let count, let most):
            "\(count) request ids are more than the \(most) that one call can ask for."
        case .unknownTenant(let id): "There is no tenant '\(id.prefix(80))'."
        case .unknownOperator(let id): "There is no operator '\(id.prefix(80))'."
        }
    }
}
