/// Why usage cannot be settled.
package enum SettlementError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No such reservation is open, and none was settled under this id.
    case unknownReservation(String)
    /// The usage contradicts itself.
    case unsound(String)
    /// A segment names a pool that does not exist.
    case unknownPool(String)
    case entry(EntryError)

    package var description: String {
        switch self {
        case .unknownReservation(let id): "No request '\(id)' was admitted, or it is long over."
        case .unsound(let id):
            "The usage of request '\(id)' contradicts itself: a negative count, or more cached tokens than prompt."
        case .unknownPool(let id): "There is no pool '\(id)'."
        case .entry(let error): error.description
        }
    }
}
