/// Where money is, or where it came from. The balances of all accounts together are always zero.
///
/// A positive balance is money that the account's owner has: a tenant's credit, an operator's earnings. What
/// came in from outside stands as a negative balance of `deposits`.
package enum Account: Sendable, Hashable {
    /// What a tenant has left to spend.
    case tenant(String)
    /// What an operator, the owner of accelerators, has earned and was not paid yet.
    case `operator`(String)
    /// The platform's part of the revenue.
    case platform
    /// What prompts cost that had to be computed again because a request moved: the platform pays operators.
    case replay
    /// What is lost or won where an amount has to be a whole number of a currency's smallest coin.
    case rounding
    /// The world outside: paid in by tenants.
    case deposits
    /// The world outside: paid out to operators.
    case payouts

    /// Its name in the database and in tables: `tenant:acme`.
    package var name: String {
        switch self {
        case .tenant(let id): "tenant:" + id
        case .operator(let id): "operator:" + id
        case .platform: "platform:revenue"
        case .replay: "platform:replay"
        case .rounding: "platform:rounding"
        case .deposits: "outside:deposits"
        case .payouts: "outside:payouts"
        }
    }

    /// nil for a name that no account has.
    package init?(name: String) {
        if let id = name.dropping(prefix: "tenant:") {
            self = .tenant(id)
        } else if let id = name.dropping(prefix: "operator:") {
            self = .operator(id)
        } else if let plain = Self.plain.first(where: { $0.name == name }) {
            self = plain
        } else {
            return nil
        }
    }

    private static let plain: [Account] = [.platform, .replay, .rounding, .deposits, .payouts]
}

extension String {
    fileprivate func dropping(prefix: String) -> String? {
        guard hasPrefix(prefix), utf8.count > prefix.utf8.count else { return nil }
        return String(dropFirst(prefix.count))
    }
}
