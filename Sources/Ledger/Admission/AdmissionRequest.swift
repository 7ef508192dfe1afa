/// What a request asks for before it may run.
package struct AdmissionRequest: Sendable, Hashable {
    /// Made at the source, unique for ever: admitting it again changes nothing.
    package let requestID: String
    package let tenant: String
    /// nil on loopback, where no key is needed.
    package let keyID: String?
    package let model: String
    /// The tier that is asked for; admission may put `default` in its place.
    package let tier: ServiceTier
    /// The most tokens that the prompt can have.
    package let promptTokens: Int
    /// The most tokens that all answers together can have.
    package let outputTokens: Int

    package init(
        requestID: String, tenant: String, keyID: String?, model: String, tier: ServiceTier, promptTokens: Int,
        outputTokens: Int
    ) {
        self.requestID = requestID
        self.tenant = tenant
        self.keyID = keyID
        self.model = model
        self.tier = tier
        self.promptTokens = promptTokens
        self.outputTokens = outputTokens
    }

    /// More than any model's context many times over; bounds all arithmetic on tokens.
    static let maximumTokens = 1 << 40

    /// Prompt and answers.
    var tokens: Int { promptTokens + outputTokens }

    /// The same request in another tier.
    func with(tier: ServiceTier) -> AdmissionRequest {
        AdmissionRequest(
            requestID: requestID, tenant: tenant, keyID: keyID, model: model, tier: tier, promptTokens: promptTokens,
            outputTokens: outputTokens)
    }

    /// Whether it is the same request, whatever tier it was admitted to.
    func isSame(as other: AdmissionRequest) -> Bool { with(tier: other.tier) == other }
}
