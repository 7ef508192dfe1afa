/// What a person types to pull: `OWNER/REPO`, `OWNER/REPO:QUANT`, or the address of the repository's page.
package struct RepositoryReference: Equatable, Sendable, CustomStringConvertible {
    package let owner: String
    package let repository: String
    /// A quantization, a file name without `.gguf`, or `safetensors`; nil for the best there is.
    package let tag: String?

    /// - Throws: `StoreError.invalidName`.
    package init(_ text: String) throws(StoreError) {
        let (path, tag) = splitTag(Self.withoutHost(text))
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw .invalidName(text, rule: "write OWNER/REPOSITORY, such as Qwen/Qwen2.5-0.5B-Instruct-GGUF:Q4_K_M")
        }
        for part in parts + [tag].compactMap(\.self) {
            if let rule = NameRule.broken(by: part) { throw .invalidName(text, rule: rule) }
        }
        owner = String(parts[0])
        repository = String(parts[1])
        self.tag = tag.map(String.init)
    }

    /// `owner/repository`.
    package var path: String { "\(owner)/\(repository)" }

    package var description: String { path + (tag.map { ":" + $0 } ?? "") }

    /// People paste addresses: what comes before the owner and `/tree/main` after the name are dropped.
    private static func withoutHost(_ text: String) -> String {
        var rest = text[...]
        for prefix in ["https://", "http://"] where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
        for host in ["huggingface.co/", "www.huggingface.co/", "hf.co/"] where rest.hasPrefix(host) {
            rest = rest.dropFirst(host.count)
        }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        if rest.hasSuffix("/tree/main") { rest = rest.dropLast("/tree/main".count) }
        return String(rest)
    }
}
