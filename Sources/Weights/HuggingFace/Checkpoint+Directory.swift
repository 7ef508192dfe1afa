import Glibc
import JSON

extension Checkpoint {
    /// Opens a Hugging Face directory, or a directory that holds one GGUF model (often beside a `config.json`
    /// that belongs to the model it was made from).
    static func openDirectory(_ path: String) throws(WeightsError) -> Checkpoint {
        if !SafetensorsShards.exist(in: path), let file = try onlyGGUF(in: path) { return try open(file) }
        guard access(path + "/config.json", F_OK) == 0 else {
            throw WeightsError(.unknownFormat("there is neither config.json nor a GGUF file in it"), file: path)
        }
        let config = try HuggingFaceConfig(directory: path)
        return Checkpoint(header: .huggingFace(config), path: path, table: try SafetensorsShards.open(path))
    }

    /// The one GGUF model in a directory; nil when there is none, an error when there are several.
    private static func onlyGGUF(in path: String) throws(WeightsError) -> String? {
        let files = try fileNames(in: path).filter { $0.hasSuffix(".gguf") && !GGUFSplit.isLaterPart($0) }
        guard files.count > 1 else { return files.first.map { path + "/" + $0 } }
        let list = files.prefix(5).map(quoted).joined(separator: ", ")
        throw WeightsError(.unknownFormat("it holds several GGUF files, name one of \(list)"), file: path)
    }
}

/// Names in a directory, sorted.
private func fileNames(in path: String) throws(WeightsError) -> [String] {
    guard let directory = opendir(path) else {
        throw WeightsError(.unreadable(systemError("cannot list")), file: path)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
        names.append(String(decoding: name, as: UTF8.self))
    }
    return names.sorted()
}
