import FoundationEssentials

/// Where a hub listens, and the addresses of its pages.
package struct HubEndpoint: Equatable, Sendable, CustomStringConvertible {
    /// Without a slash at its end.
    package let description: String
    let origin: Origin

    /// - Throws: `PullError.badSetting`.
    package init(_ text: String) throws(PullError) {
        let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let origin = Origin(of: trimmed) else {
            throw .badSetting(name: "HF_ENDPOINT", value: text, rule: "give an address such as https://huggingface.co")
        }
        description = trimmed
        self.origin = origin
    }

    func model(_ reference: RepositoryReference, revision: String) -> String {
        "\(description)/api/models/\(encoded(reference.path))/revision/\(encodedPart(revision))?blobs=true"
    }

    func tree(of listing: RepositoryListing) -> String {
        let repository = encoded("\(listing.owner)/\(listing.repository)")
        return "\(description)/api/models/\(repository)/tree/\(encodedPart(listing.commit))?recursive=1"
    }

    func file(_ path: String, of listing: RepositoryListing) -> String {
        let repository = encoded("\(listing.owner)/\(listing.repository)")
        return "\(description)/\(repository)/resolve/\(encodedPart(listing.commit))/\(encoded(path))"
    }

    private func encoded(_ path: String) -> String {
        path.split(separator: "/").map { encodedPart(String($0)) }.joined(separator: "/")
    }

    /// Everything but RFC 3986's unreserved characters as `%XX`.
    private func encodedPart(_ part: String) -> String {
        part.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isUnreserved = NameRule.isAllowed(byte) || byte == UInt8(ascii: "~")
            return isUnreserved ? String(scalar) : "%" + hexadecimal([byte]).uppercased()
        }.joined()
    }
}

/// Scheme, host and port: what a secret may be sent to.
struct Origin: Equatable, Sendable {
    let scheme: String
    let host: String
    let port: Int

    /// nil unless `address` is http or https with a host.
    init?(of address: String) {
        guard let url = URL(string: address), let scheme = url.scheme?.lowercased(),
            let host = url.host()?.lowercased(), !host.isEmpty, ["http", "https"].contains(scheme)
        else { return nil }
        self.scheme = scheme
        self.host = host
        port = url.port ?? (scheme == "https" ? 443 : 80)
    }

    var isSecure: Bool { scheme == "https" }

    /// Whether nobody on the way can read what is sent: it is encrypted, or stays on this machine.
    var isPrivate: Bool {
        let isLoopback = host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }
        return isSecure || isLoopback || host == "localhost" || host == "::1"
    }
}
