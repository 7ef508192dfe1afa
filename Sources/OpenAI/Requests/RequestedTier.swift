import JSON

/// How a client wants to be served: the values of `service_tier`.
package enum RequestedTier: String, CaseIterable, Sendable {
    /// As the server chooses; what a request without `service_tier` means.
    case auto
    case standard = "default"
    /// Cheaper, and refused first when capacity is short.
    case flex
    /// Dearer, and served first.
    case priority
    /// At leisure, within a day.
    case batch

    init?(_ parameters: Parameters) throws(APIError) {
        guard let name = try parameters.string("service_tier") else { return nil }
        guard let tier = RequestedTier(rawValue: name) else {
            throw .wrongValue(
                .string(name), path: "service_tier",
                expected: "one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = tier
    }
}
