package import JSON

// How values of the ledger stand in columns.

extension SQLRow {
    /// A TEXT of decimal digits: an amount of any size, in pico-USD.
    func amount(_ column: Int) throws(StoreError) -> PicoUSD {
        let digits = try text(column)
        guard let pico = Int128(digits) else { throw .corrupt("'\(digits.prefix(50))' is no amount of pico-USD") }
        return PicoUSD(pico: pico)
    }

    func optionalAmount(_ column: Int) throws(StoreError) -> PicoUSD? {
        try optionalText(column) == nil ? nil : amount(column)
    }

    /// A BIGINT: an amount that a line can hold.
    func line(_ column: Int) throws(StoreError) -> PicoUSD { PicoUSD(pico: Int128(try integer(column))) }

    func json(_ column: Int) throws(StoreError) -> JSON {
        let text = try text(column)
        do { return try JSON.parse(text) } catch { throw .corrupt("column \(column) holds no JSON: \(error)") }
    }

    /// A value of an enumeration by its name.
    func name<Name: RawRepresentable<String>>(_ column: Int, _ type: Name.Type) throws(StoreError) -> Name {
        let text = try text(column)
        guard let name = Name(rawValue: text) else { throw .corrupt("'\(text.prefix(50))' is no \(Name.self)") }
        return name
    }

    func optionalName<Name: RawRepresentable<String>>(_ column: Int, _ type: Name.Type) throws(StoreError) -> Name? {
        try optionalText(column) == nil ? nil : name(column, type)
    }
}

extension SQLValue {
    /// An amount of any size, as decimal digits.
    init(_ amount: PicoUSD?) { self.init(amount.map { String($0.pico) }) }

    /// An amount of one line of usage; admission lets none through that does not fit 64 bits.
    static func line(_ amount: PicoUSD) -> SQLValue { .integer(Int64(clamping: amount.pico)) }
}

extension Limits {
    /// As it stands in a column and in `--json`; without the limits that are not set.
    package var json: JSON {
        var object = JSONObject()
        object["requests_per_minute"] = requestsPerMinute.map { .int($0) }
        object["tokens_per_minute"] = tokensPerMinute.map { .int($0) }
        object["concurrent_requests"] = concurrentRequests.map { .int($0) }
        object["monthly_budget"] = monthlyBudget.map { .string($0.description) }
        object["models"] = models.map { .array($0.sorted().map { .string($0) }) }
        return .object(object)
    }

    init(column json: JSON) throws(StoreError) {
        let budget = json["monthly_budget"]?.string
        let amount = budget.flatMap { PicoUSD(decimal: $0) }
        guard json.object != nil, budget == nil || amount != nil else {
            throw .corrupt("'\(json.serialized().prefix(100))' is no set of limits")
        }
        self.init(
            requestsPerMinute: json["requests_per_minute"]?.int, tokensPerMinute: json["tokens_per_minute"]?.int,
            concurrentRequests: json["concurrent_requests"]?.int, monthlyBudget: amount,
            models: json["models"]?.array.map { Set($0.compactMap(\.string)) })
    }
}

extension SegmentUsage {
    /// A list of numbers and names, as it stands in a reservation's progress.
    var column: JSON {
        .array([
            .int(index), .string(worker), .string(pool), .int(promptTokens), .int(cachedTokens), .int(outputTokens),
            .int(unsentTokens), .int(prefilledTokens), .int(replayedTokens),
            began.map { .string($0.rawValue) } ?? .null,
        ])
    }

    init(column json: JSON) throws(StoreError) {
        let parts = json.array ?? []
        let numbers = parts.compactMap(\.int)
        // The ninth was the last one once.
        guard (9...10).contains(parts.count), numbers.count == 7, let worker = parts[1].string,
            let pool = parts[2].string
        else {
            throw .corrupt("'\(json.serialized().prefix(100))' is no progress of a request")
        }
        self.init(
            index: numbers[0], worker: worker, pool: pool, promptTokens: numbers[1], cachedTokens: numbers[2],
            outputTokens: numbers[3], unsentTokens: numbers[4], prefilledTokens: numbers[5], replayedTokens: numbers[6],
            began: parts.dropFirst(9).first?.string.flatMap(Beginning.init(rawValue:)))
    }
}
