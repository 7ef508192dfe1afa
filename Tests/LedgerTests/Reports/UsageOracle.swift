import Ledger

extension Ledger {
    /// Every line of usage of these tenants, page by page.
    func allLines(_ tenants: [String] = ["acme", "beta"], pageSize: Int = 17) async throws -> [ExportedUsage] {
        var lines: [ExportedUsage] = []
        for tenant in tenants {
            var cursor: UsageCursor?
            repeat {
                let page = try await usageLines(
                    tenant: tenant, startMs: 0, endMs: .max, after: cursor, limit: pageSize)
                lines += page.lines
                cursor = page.next
            } while cursor != nil
        }
        return lines
    }
}

extension UsageGroup {
    /// The group of a line, one dimension at a time: an oracle for what is grouped in SQL.
    func matches(_ line: UsageLine, _ dimensions: Set<UsageDimension>) -> Bool {
        dimensions.allSatisfy { dimension in
            switch dimension {
            case .project: tenant == line.tenant
            case .key: keyID == (line.keyID ?? "")
            case .model: model == line.model
            case .tier: tier == line.tier
            case .batch: isBatch == (line.tier == .batch)
            case .pool: pool == line.segment.pool
            }
        }
    }

    var dimensions: Set<UsageDimension> {
        let parts: [(UsageDimension, Bool)] = [
            (.project, tenant != nil), (.key, keyID != nil), (.model, model != nil), (.tier, tier != nil),
            (.batch, isBatch != nil), (.pool, pool != nil),
        ]
        return Set(parts.filter(\.1).map(\.0))
    }
}
