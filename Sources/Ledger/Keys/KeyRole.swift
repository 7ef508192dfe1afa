/// What the holder of a key may do.
package enum KeyRole: String, CaseIterable, Sendable {
    /// Runs requests at its tenant's cost.
    case tenant
    /// Reads the usage and costs of all tenants.
    case admin
    /// Reads usage and statements, and runs nothing.
    case readOnly = "read-only"

    /// How keys of this role begin, so that people and secret scanners know one when they see it.
    package var prefix: String {
        switch self {
        case .tenant: "glt_"
        case .admin: "gla_"
        case .readOnly: "glr_"
        }
    }
}
