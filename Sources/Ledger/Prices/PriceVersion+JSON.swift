package import JSON

extension PriceVersion {
    /// The whole version: `{"version":3,"model":…,"tier":"default","valid_from_ms":…,"created_ms":…,"prices":{…},
    /// "windows":[…]}`, with prices in USD per token as strings.
    package var json: JSON {
        [
            PriceMember.number: .int(Int(number)), PriceMember.model: .string(model),
            PriceMember.tier: .string(tier.rawValue),
            PriceMember.validFrom: .int(Int(validFromMs)), PriceMember.created: .int(Int(createdMs)),
            PriceMember.prices: base.json,
            PriceMember.windows: .array(windows.map(\.json)),
        ]
    }

    /// Reads the form that `json` writes; without `windows` the base prices hold all day.
    package init(json: JSON) throws(PriceError) {
        let names = [
            PriceMember.number, PriceMember.model, PriceMember.tier, PriceMember.validFrom, PriceMember.created,
            PriceMember.prices, PriceMember.windows,
        ]
        let members = try PriceMembers(json, of: names, at: "")
        let tier = try members.string(PriceMember.tier)
        guard let serviceTier = ServiceTier(rawValue: tier) else { throw PriceError(PriceMember.tier, .tier(tier)) }
        try self.init(
            number: Int64(try members.integer(PriceMember.number)), model: try members.string(PriceMember.model),
            tier: serviceTier, validFromMs: Int64(try members.integer(PriceMember.validFrom)),
            createdMs: Int64(try members.integer(PriceMember.created)),
            base: try TokenPrices(json: try members.value(PriceMember.prices), at: PriceMember.prices),
            windows: members.has(PriceMember.windows)
                ? try PriceWindow.list(json: try members.value(PriceMember.windows)) : [])
    }
}
