/// What usage can be grouped by: OpenAI's `group_by`, and pools.
package enum UsageDimension: String, Sendable, CaseIterable {
    /// The tenant.
    case project = "project_id"
    case key = "api_key_id"
    case model
    case tier = "service_tier"
    case batch
    case pool

    /// The column, or what stands for it.
    var sql: String {
        switch self {
        case .project: "tenant"
        case .key: "key_id"
        case .model: "model"
        case .tier: "tier"
        case .batch: "CASE WHEN tier = 'batch' THEN 1 ELSE 0 END"
        case .pool: "pool"
        }
    }
}

/// One group of usage: what was grouped by has a value, everything else is nil.
package struct UsageGroup: Sendable, Hashable {
    package internal(set) var tenant: String?
    /// Empty for what was asked without a key.
    package internal(set) var keyID: String?
    package internal(set) var model: String?
    package internal(set) var tier: ServiceTier?
    package internal(set) var isBatch: Bool?
    package internal(set) var pool: String?

    package init() {}

    /// - Parameter column: of the first dimension.
    init(row: SQLRow, from column: Int, _ dimensions: [UsageDimension]) throws(StoreError) {
        for (offset, dimension) in dimensions.enumerated() {
            let column = column + offset
            switch dimension {
            case .project: tenant = try row.text(column)
            case .key: keyID = try row.text(column)
            case .model: model = try row.text(column)
            case .tier: tier = try row.name(column, ServiceTier.self)
            case .batch: isBatch = try row.integer(column) == 1
            case .pool: pool = try row.text(column)
            }
        }
    }

    /// Groups stand in one order on every database, whatever its collation.
    fileprivate var order: [String] {
        let parts = [tenant, model, tier?.rawValue, isBatch.map { $0 ? "1" : "0" }, keyID, pool]
        return parts.map { $0 ?? "" }
    }
}

/// The usage of one group.
package struct UsageResult: Sendable, Hashable {
    package let group: UsageGroup
    package let usage: UsageHour

    static func sorted(_ groups: [UsageGroup: UsageHour]) -> [UsageResult] {
        groups.map { (order: $0.key.order, result: UsageResult(group: $0.key, usage: $0.value)) }
            .sorted { $0.order.lexicographicallyPrecedes($1.order) }.map(\.result)
    }
}
