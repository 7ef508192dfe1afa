/// Sums of charges, day by day.
struct CostSums {
    let groupBy: Set<CostDimension>
    let filter: UsageFilter

    struct Group: Sendable, Hashable {
        var tenant: String?
        var lineItem: LineItem?
    }

    typealias Days = [Int64: [Group: PicoUSD]]

    init(_ groupBy: Set<CostDimension>, filter: UsageFilter) {
        self.groupBy = groupBy
        self.filter = filter
    }

    func read(_ range: Range<Int64>, from session: any SQLSession) throws -> Days {
        groupBy.contains(.lineItem) ? try lineItems(range, session) : try totals(range, session)
    }

    private func totals(_ range: Range<Int64>, _ session: any SQLSession) throws -> Days {
        let sums = UsageSums(groupBy.contains(.project) ? [.project] : [], filter: filter, width: .day)
        return try sums.read(range, from: session).mapValues { groups in
            var days: [Group: PicoUSD] = [:]
            for (group, usage) in groups where usage.charge != .zero {
                days[Group(tenant: group.tenant), default: .zero] += usage.charge
            }
            return days
        }
    }

    // MARK: Kinds of tokens

    /// A charge is kept whole, so its parts are computed again from the price version. Prices change with the minute at
    /// most, so lines that were admitted in one minute are summed before.
    private func lineItems(_ range: Range<Int64>, _ session: any SQLSession) throws -> Days {
        let (conditions, arguments) = filter.sql(from: 3)
        let query = """
            SELECT ended_ms - ended_ms % 86400000, tenant, model, price_version, started_ms - started_ms % 60000,
                CAST(SUM(prompt_tokens) AS BIGINT), CAST(SUM(cached_tokens) AS BIGINT),
                CAST(SUM(output_tokens) AS BIGINT), CAST(SUM(charge / 1000000000) AS BIGINT),
                CAST(SUM(charge % 1000000000) AS BIGINT)
            FROM usage_lines WHERE ended_ms >= $1 AND ended_ms < $2 AND charge > 0\(conditions) GROUP BY 1, 2, 3, 4, 5
            """
        let versions = try PriceVersion.all(session)
        var days: Days = [:]
        try session.forEach(query, [.integer(range.lowerBound), .integer(range.upperBound)] + arguments) { row in
            let version = try versions[try row.integer(3)] ?? { throw StoreError.corrupt("usage without its price") }()
            let prices = version.prices(atMs: try row.integer(4))
            let charge = PicoUSD(pico: Int128(try row.integer(8)) * 1_000_000_000 + Int128(try row.integer(9)))
            let tokens = (Int(try row.integer(5)), Int(try row.integer(6)), Int(try row.integer(7)))
            let tenant = groupBy.contains(.project) ? try row.text(1) : nil
            for (kind, amount) in Self.parts(of: charge, prices, tokens) where amount != .zero {
                let item = LineItem(model: try row.text(2), kind: kind)
                days[try row.integer(0), default: [:]][Group(tenant: tenant, lineItem: item), default: .zero] += amount
            }
        }
        return days
    }

    /// The parts sum to the charge: where it is less than its tokens cost, because no more had been reserved, output is
    /// what was not paid for, then the rest.
    private static func parts(
        of charge: PicoUSD, _ prices: TokenPrices, _ tokens: (prompt: Int, cached: Int, output: Int)
    ) -> [(LineItem.Kind, PicoUSD)] {
        var left = charge
        func take(_ amount: PicoUSD) -> PicoUSD {
            let part = min(amount, left)
            left -= part
            return part
        }
        let cached = take(prices.cachedInput * tokens.cached)
        let input = take(prices.input * (tokens.prompt - tokens.cached))
        return [(.cachedInput, cached), (.input, input), (.output, left)]
    }

    static func sorted(_ groups: [Group: PicoUSD]) -> [CostResult] {
        groups.map {
            (order: [$0.key.tenant ?? "", $0.key.lineItem?.description ?? ""], group: $0.key, amount: $0.value)
        }
        .sorted { $0.order.lexicographicallyPrecedes($1.order) }
        .map { CostResult(tenant: $0.group.tenant, lineItem: $0.group.lineItem, amount: $0.amount) }
    }
}

extension PriceVersion {
    /// Every version, by its number.
    static func all(_ session: any SQLSession) throws -> [Int64: PriceVersion] {
        var versions: [Int64: PriceVersion] = [:]
        try session.forEach("SELECT \(columns) FROM prices", []) { row in
            let version = try PriceVersion(row: row)
            versions[version.number] = version
        }
        return versions
    }
}
