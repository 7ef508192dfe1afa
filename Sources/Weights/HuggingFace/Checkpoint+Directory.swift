import Glibc
import JSON

extension Checkpoint {
    /// Opens a Hugging Face directory, or a directory that holds nothing but one GGUF file.
    static func openDirectory(_ path: String) throws(WeightsError) -> Checkpoint {
        guard access(path + "/config.json", F_OK) == 0 else { return try openOnlyGGUF(in: path) }
        let config = try HuggingFaceConfig(directory: path)
        return Checkpoint(header: .huggingFace(config), path: path, table: try SafetensorsShards.open(path))
    }

    private static func openOnlyGGUF(in path: String) throws(WeightsError) -> Checkpoint {
        let files = try fileNames(in: path).filter { $0.hasSuffix(".gguf") }
        switch files.count {
        case 0: throw WeightsError(.unknownFormat("there is neither config.json nor a GGUF file in it"), file: path)
        case 1: return try gguf(MappedBytes(path: path + "/" + files[0]))
        default:
            let list = files.prefix(5).map(quoted).joined(separator: ", ")
            throw WeightsError(.unknownFormat("it holds several GGUF files, name one of \(list)"), file: path)
        }
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
        names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.sorted()
}
