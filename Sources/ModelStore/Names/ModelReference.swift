/// What a person types for a stored model: the full name, or any part that is enough.
///
/// `Qwen2.5-0.5B-Instruct-GGUF`, `qwen/qwen2.5-0.5b-instruct-gguf` and `Qwen2.5-0.5B-Instruct-GGUF:q4_k_m`
/// all mean `Qwen/Qwen2.5-0.5B-Instruct-GGUF:Q4_K_M` while no other model fits.
package struct ModelReference: Equatable, Sendable {
    package let owner: String?
    package let repository: String
    package let tag: String?

    /// - Throws: `StoreError.invalidName`.
    package init(_ text: String) throws(StoreError) {
        let (path, tag) = splitTag(text)
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2 else {
            throw .invalidName(text, rule: "it has more than one '/'; write OWNER/REPOSITORY:TAG")
        }
        for part in parts + [tag].compactMap(\.self) {
            if let rule = NameRule.broken(by: part) { throw .invalidName(text, rule: rule) }
        }
        owner = parts.count == 2 ? String(parts[0]) : nil
        repository = String(parts[parts.count - 1])
        self.tag = tag.map(String.init)
    }

    /// Whether the typed parts agree with `name`, capital letters aside.
    package func matches(_ name: ModelName) -> Bool {
        repository.lowercased() == name.repository.lowercased()
            && (owner.map { $0.lowercased() == name.owner.lowercased() } ?? true)
            && (tag.map { $0.lowercased() == name.tag.lowercased() } ?? true)
    }
}

/// Cuts `text` at its last colon, when no slash comes after it.
func splitTag(_ text: String) -> (path: Substring, tag: Substring?) {
    guard let colon = text.lastIndex(of: ":"), !text[colon...].contains("/") else { return (text[...], nil) }
    return (text[..<colon], text[text.index(after: colon)...])
}
