package import JSON

extension TokenPrices {
    /// `{"input":"0.00000015","cached_input":"0.000000075","output":"0.0000006"}`: USD per token, as strings, because
    /// many readers of JSON numbers round them.
    package var json: JSON {
        [
            PriceMember.input: .string("\(input)"), PriceMember.cachedInput: .string("\(cachedInput)"),
            PriceMember.output: .string("\(output)"),
        ]
    }

    /// Reads the form that `json` writes, with all three members.
    package init(json: JSON) throws(PriceError) { try self.init(json: json, at: "") }

    init(json: JSON, at path: String) throws(PriceError) {
        let members = try PriceMembers(
            json, of: [PriceMember.input, PriceMember.cachedInput, PriceMember.output], at: path)
        self = try Self.perToken(
            input: try members.string(PriceMember.input), cached: try members.string(PriceMember.cachedInput),
            output: try members.string(PriceMember.output), at: path)
    }
}

extension AppliedPrice {
    /// `{"version":3,"prices":{…}}`.
    package var json: JSON { [PriceMember.number: .int(Int(version)), PriceMember.prices: prices.json] }

    /// Reads the form that `json` writes.
    package init(json: JSON) throws(PriceError) {
        let members = try PriceMembers(json, of: [PriceMember.number, PriceMember.prices], at: "")
        let number = Int64(try members.integer(PriceMember.number))
        guard number >= 1 else { throw PriceError(PriceMember.number, .number(number)) }
        self.init(
            version: number,
            prices: try TokenPrices(json: try members.value(PriceMember.prices), at: members.field(PriceMember.prices)))
    }
}
