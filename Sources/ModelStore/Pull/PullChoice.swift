/// Which files of a repository make the model that was asked for. Pure: a listing in, a choice out.
package struct PullChoice: Equatable, Sendable {
    /// The tag of the model's name in the store.
    package let tag: String
    package let format: ModelFormat
    /// For GGUF one, or the parts of one in their order.
    package let files: [RemoteFile]

    /// The tag that means the safetensors of a repository rather than a quantization.
    static let safetensorsTag = "safetensors"

    /// GGUF is preferred where both are: it is one file, and quantized.
    package static func choose(from listing: RepositoryListing, tag: String?) throws(PullError) -> PullChoice {
        let repository = "\(listing.owner)/\(listing.repository)"
        if tag?.lowercased() == safetensorsTag { return try safetensors(in: listing, repository) }
        let shelf = GGUFShelf(files: listing.files)
        if let tag { return try shelf.choice(of: tag, in: repository) }
        return shelf.isEmpty ? try safetensors(in: listing, repository) : try shelf.bestChoice(in: repository)
    }

    private static func safetensors(
        in listing: RepositoryListing, _ repository: String
    ) throws(PullError) -> PullChoice {
        let files = listing.files.filter { !$0.path.contains("/") && NameRule.broken(by: $0.path) == nil }
        let weights = shards(among: files)
        guard !weights.isEmpty else { throw .noModel(repository: repository, reason: missing(from: listing.files)) }
        guard files.contains(where: { $0.path == "config.json" }) else {
            throw .noModel(repository: repository, reason: "it has safetensors but no config.json; is it an adapter?")
        }
        let companions = files.filter { companionNames.contains($0.path) }
        // Small files first: what is wrong with a repository shows before the gigabytes.
        return PullChoice(tag: safetensorsTag, format: .safetensors, files: companions + weights)
    }

    /// What a Hugging Face directory has beside its weights.
    private static let companionNames: Set<String> = [
        "config.json", "generation_config.json", "model.safetensors.index.json", "tokenizer.json",
        "tokenizer_config.json", "tokenizer.model", "special_tokens_map.json", "added_tokens.json",
        "vocab.json", "merges.txt", "chat_template.jinja", "chat_template.json",
    ]

    /// Some repositories hold the weights twice, whole or as another program names them (`consolidated…`).
    private static func shards(among files: [RemoteFile]) -> [RemoteFile] {
        let all = files.filter { $0.path.hasSuffix(".safetensors") && !$0.path.hasPrefix("consolidated") }
        if let whole = all.first(where: { $0.path == "model.safetensors" }) { return [whole] }
        let numbered = all.filter { $0.path.hasPrefix("model-") && $0.path.contains("-of-") }
        return numbered.isEmpty ? all.filter { !$0.path.hasPrefix("adapter") } : numbered
    }

    private static func missing(from files: [RemoteFile]) -> String {
        let pickles = [".bin", ".pt", ".pth", ".pkl"]
        return files.contains { file in pickles.contains(where: file.path.hasSuffix) }
            ? "only PyTorch files, which can run code when they are read; look for a GGUF or safetensors version"
            : "there is neither a .gguf nor a .safetensors file"
    }
}
