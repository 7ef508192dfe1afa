import Glibc
import JSON

/// A model on disk, opened: what it says about itself, and its tensors.
///
/// Opening reads headers only. Weights are mapped, not read, until a tensor is touched.
package struct Checkpoint: Sendable {
    package enum Header: Sendable {
        case gguf(GGUFMetadata)
        case huggingFace(HuggingFaceConfig)
    }

    package let header: Header
    /// As it was given to `open`.
    package let path: String
    private let table: TensorTable

    init(header: Header, path: String, table: TensorTable) {
        self.header = header
        self.path = path
        self.table = table
    }

    /// Opens a GGUF file (of a split model, the first), a Hugging Face directory or a directory with one GGUF
    /// model, told apart by what is in it.
    ///
    /// - Throws: `WeightsError` naming the file, the field, the byte and what to do.
    package static func open(_ path: String) throws(WeightsError) -> Checkpoint {
        var status = stat()
        let isDirectory = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        if isDirectory { return try openDirectory(path) }
        let (metadata, table) = try GGUFSplit.open(path)
        return Checkpoint(header: .gguf(metadata), path: path, table: table)
    }

    /// Reads one GGUF file that is already mapped, or is bytes in memory.
    package static func gguf(_ file: MappedBytes) throws(WeightsError) -> Checkpoint {
        let (metadata, table) = try GGUFParser.parse(file)
        return Checkpoint(header: .gguf(metadata), path: file.name, table: table)
    }

    /// Reads one safetensors file that is mapped already, without the configuration that belongs to it.
    package static func safetensors(_ file: MappedBytes) throws(WeightsError) -> Checkpoint {
        let config = HuggingFaceConfig(directory: file.name, config: .object(JSONObject()))
        return Checkpoint(header: .huggingFace(config), path: file.name, table: try SafetensorsParser.parse(file))
    }

    /// In file order; of a directory, in the order of its shards or index.
    package var tensorNames: [String] { table.names }

    package func contains(_ name: String) -> Bool { table[name] != nil }

    /// - Throws: `WeightsError` when there is no tensor of that name or its type is not supported.
    package func tensor(_ name: String) throws(WeightsError) -> Tensor {
        try table.tensor(name, of: path)
    }
}
