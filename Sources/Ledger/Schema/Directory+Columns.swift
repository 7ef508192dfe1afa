import JSON

extension Tenant {
    static let columns = "id, name, created_ms, suspended, credit_limit, limits"

    var values: [SQLValue] {
        [
            .text(id), .text(name), .integer(createdMs), .integer(isSuspended ? 1 : 0), SQLValue(creditLimit),
            .text(limits.json.serialized()),
        ]
    }

    init(row: SQLRow) throws(StoreError) {
        self.init(
            id: try row.text(0), name: try row.text(1), createdMs: try row.integer(2),
            isSuspended: try row.integer(3) != 0, creditLimit: try row.optionalAmount(4),
            limits: try Limits(column: try row.json(5)))
    }
}

extension KeyRecord {
    static let columns = "id, digest, role, tenant, name, created_ms, expires_ms, revoked_ms, limits"

    var values: [SQLValue] {
        [
            .text(id), .text(digest.hex), .text(role.rawValue), SQLValue(tenant), .text(name), .integer(createdMs),
            SQLValue(expiresMs), SQLValue(revokedMs), .text(limits.json.serialized()),
        ]
    }

    init(row: SQLRow) throws(StoreError) {
        guard let digest = [UInt8](hex: try row.text(1)), digest.count == 32 else {
            throw .corrupt("the digest of key '\(try row.text(0))' is none")
        }
        self.init(
            id: try row.text(0), digest: digest, role: try row.name(2, KeyRole.self),
            tenant: try row.optionalText(3), name: try row.text(4), createdMs: try row.integer(5),
            expiresMs: try row.optionalInteger(6), revokedMs: try row.optionalInteger(7),
            limits: try Limits(column: try row.json(8)))
    }
}

extension Pool {
    var values: [SQLValue] { [.text(id), .text(operatorID), .text(operatorShare.description)] }

    init(row: SQLRow) throws(StoreError) {
        guard let share = Share(try row.text(2)) else {
            throw .corrupt("the share of pool '\(try row.text(0))' is none: '\(try row.text(2))'")
        }
        self.init(id: try row.text(0), operatorID: try row.text(1), operatorShare: share)
    }
}

extension PriceVersion {
    static let columns = "number, model, tier, valid_from_ms, created_ms, base, windows"

    var values: [SQLValue] {
        [
            .integer(number), .text(model), .text(tier.rawValue), .integer(validFromMs), .integer(createdMs),
            .text(base.json.serialized()), .text(PriceWindow.serialized(windows)),
        ]
    }

    init(row: SQLRow) throws {
        do {
            try self.init(
                number: try row.integer(0), model: try row.text(1), tier: try row.name(2, ServiceTier.self),
                validFromMs: try row.integer(3), createdMs: try row.integer(4),
                base: try TokenPrices(json: try row.json(5)), windows: try PriceWindow.parse(list: try row.text(6)))
        } catch let error as PriceError {
            throw StoreError.corrupt("price version \(try row.integer(0)): \(error)")
        }
    }
}
