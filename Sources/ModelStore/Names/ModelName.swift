/// The full name of a stored model: `Qwen/Qwen2.5-0.5B-Instruct-GGUF:Q4_K_M`.
///
/// The tag tells the files of one repository apart: a quantization for GGUF, `safetensors` for a Hugging
/// Face directory.
package struct ModelName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let owner: String
    package let repository: String
    package let tag: String

    /// - Throws: `StoreError.invalidName` when a part could not be the name of a folder.
    package init(owner: String, repository: String, tag: String) throws(StoreError) {
        for part in [owner, repository, tag] {
            if let rule = NameRule.broken(by: part) {
                throw .invalidName("\(owner)/\(repository):\(tag)", rule: rule)
            }
        }
        self.owner = owner
        self.repository = repository
        self.tag = tag
    }

    /// `owner/repository:tag`.
    package var description: String { "\(owner)/\(repository):\(tag)" }

    package static func < (left: ModelName, right: ModelName) -> Bool { left.description < right.description }
}
