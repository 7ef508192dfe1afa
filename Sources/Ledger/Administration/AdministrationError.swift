/// Why a tenant, key, price or pool was not made or changed.
package enum AdministrationError: Error, Sendable, Equatable, CustomStringConvertible {
    case badID(kind: String, String)
    case exists(kind: String, String)
    case unknown(kind: String, String)
    /// A limit out of its range.
    case badLimit(name: String, value: String)
    case keyNeedsTenant
    case keyHasNoTenant(KeyRole)

    package var description: String {
        switch self {
        case .badID(let kind, let id):
            "'\(id.prefix(80))' cannot be the id of a \(kind): use 1 to 64 letters, digits, '-', '_' and '.'."
        case .exists(let kind, let id): "There is a \(kind) '\(id)' already."
        case .unknown(let kind, let id): "There is no \(kind) '\(id.prefix(80))'."
        case .badLimit(let name, let value):
            "The limit \(name) cannot be \(value): it is a number from 1 to \(Limits.range.upperBound)."
        case .keyNeedsTenant: "A tenant's key needs a tenant."
        case .keyHasNoTenant(let role): "A key with the role '\(role.rawValue)' belongs to no tenant."
        }
    }
}
