/// How urgently a request is served, and so at which price: the values of OpenAI's `service_tier`.
package enum ServiceTier: String, CaseIterable, Sendable {
    case standard = "default"
    /// Cheaper, and refused first when capacity is short.
    case flex
    /// Dearer, and served first.
    case priority
    /// Files of requests, within a day.
    case batch
}
