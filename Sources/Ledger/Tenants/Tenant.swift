/// A buyer of tokens.
package struct Tenant: Sendable, Hashable {
    /// 1 to 64 letters, digits, `-`, `_` and `.`.
    package let id: String
    package var name: String
    package let createdMs: Int64
    /// A suspended tenant is refused everything.
    package var isSuspended: Bool
    /// How far below zero the balance may go: zero for whoever pays in advance, nil for whoever is not limited.
    package var creditLimit: PicoUSD?
    package var limits: Limits

    package init(
        id: String, name: String, createdMs: Int64, isSuspended: Bool = false, creditLimit: PicoUSD? = .zero,
        limits: Limits = Limits()
    ) {
        self.id = id
        self.name = name
        self.createdMs = createdMs
        self.isSuspended = isSuspended
        self.creditLimit = creditLimit
        self.limits = limits
    }

    /// Who asks without a key, on loopback, while there are no tenants.
    package static let localID = "local"

    /// Whether `text` can be the id of a tenant, an operator or a pool.
    package static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}

/// A key as the database knows it: never its secret part.
package struct KeyRecord: Sendable, Hashable {
    /// The public part with its prefix.
    package let id: String
    /// SHA-256 of the whole key.
    package let digest: [UInt8]
    package let role: KeyRole
    /// nil for keys that belong to the platform, which are those with another role than `tenant`.
    package let tenant: String?
    package var name: String
    package let createdMs: Int64
    package var expiresMs: Int64?
    package var revokedMs: Int64?
    package var limits: Limits

    package init(
        id: String, digest: [UInt8], role: KeyRole, tenant: String?, name: String, createdMs: Int64,
        expiresMs: Int64? = nil, revokedMs: Int64? = nil, limits: Limits = Limits()
    ) {
        self.id = id
        self.digest = digest
        self.role = role
        self.tenant = tenant
        self.name = name
        self.createdMs = createdMs
        self.expiresMs = expiresMs
        self.revokedMs = revokedMs
        self.limits = limits
    }
}

/// Accelerators of one operator, and the operator's share of what they earn.
package struct Pool: Sendable, Hashable {
    package let id: String
    package var operatorID: String
    package var operatorShare: Share

    package init(id: String, operatorID: String, operatorShare: Share) {
        self.id = id
        self.operatorID = operatorID
        self.operatorShare = operatorShare
    }

    /// What this machine's own accelerators belong to until somebody says otherwise: all that they earn is
    /// their owner's.
    package static let local = Pool(id: "local", operatorID: "local", operatorShare: .all)
}
