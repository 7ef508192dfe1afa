import Ledger

/// Prices and requests that tests of admission and settlement share.
enum Sample {
    static let requestID = "chatcmpl-1"

    static func price(input: Int128 = 150_000, cached: Int128 = 75_000, output: Int128 = 600_000) throws -> AppliedPrice
    {
        AppliedPrice(
            version: 1,
            prices: try TokenPrices(
                input: PicoUSD(pico: input), cachedInput: PicoUSD(pico: cached), output: PicoUSD(pico: output)))
    }

    static func request(promptTokens: Int = 100, outputTokens: Int = 50, model: String = "m", keyID: String? = nil)
        -> AdmissionRequest
    {
        AdmissionRequest(
            requestID: requestID, tenant: "acme", keyID: keyID, model: model, tier: .standard,
            promptTokens: promptTokens, outputTokens: outputTokens)
    }
}
