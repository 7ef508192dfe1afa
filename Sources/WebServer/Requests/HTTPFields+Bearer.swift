package import HTTPTypes

extension HTTPFields {
    /// What `Authorization: Bearer …` shows (RFC 6750, section 2.1); nil when there is none, or it is of another kind.
    package var bearerToken: String? {
        guard let value = self[.authorization] else { return nil }
        let parts = value.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
