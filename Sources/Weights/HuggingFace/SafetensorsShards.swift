import Glibc
import JSON

/// The weights of a Hugging Face directory: `model.safetensors`, or shards that an index lists.
enum SafetensorsShards {
    private static let single = "model.safetensors"
    private static let index = "model.safetensors.index.json"
    /// Real ones have some 100 bytes for each tensor.
    private static let indexLimit = 64 << 20

    static func exist(in directory: String) -> Bool {
        [single, index].contains { access(directory + "/" + $0, F_OK) == 0 }
    }

    static func open(_ directory: String) throws(WeightsError) -> TensorTable {
        if access(directory + "/" + single, F_OK) == 0 {
            return try SafetensorsParser.parse(MappedBytes(path: directory + "/" + single))
        }
        guard let json = try readJSON(directory, index, limit: indexLimit) else {
            throw WeightsError(
                .missing, file: directory, field: "\(single) or \(index) (PyTorch's .bin and .pt are not read)")
        }
        return try join(json, directory)
    }

    /// The table of the tensors that the index names, each from the shard that it names.
    private static func join(_ json: JSON, _ directory: String) throws(WeightsError) -> TensorTable {
        let file = directory + "/" + index
        guard let map = json["weight_map"]?.object else {
            throw WeightsError(.missing, file: file, field: "object 'weight_map'")
        }
        var shards: [String: TensorTable] = [:]
        var table = TensorTable()
        for (name, value) in map {
            let shardName = try checked(value, tensor: name, file)
            let shard: TensorTable
            if let open = shards[shardName] {
                shard = open
            } else {
                shard = try SafetensorsParser.parse(MappedBytes(path: directory + "/" + shardName))
                shards[shardName] = shard
            }
            guard let entry = shard[name] else {
                throw WeightsError(.missing, file: directory + "/" + shardName, field: "tensor \(quoted(name))")
            }
            _ = table.insert(name, entry)
        }
        return table
    }

    /// A shard is a file in the same directory: a name that leads elsewhere is refused.
    private static func checked(_ value: JSON, tensor: String, _ file: String) throws(WeightsError) -> String {
        if let name = value.string, name.hasSuffix(".safetensors"), !name.contains("/"), !name.utf8.contains(0) {
            return name
        }
        let rule = "the name of a .safetensors file beside the index"
        let problem = WeightsError.Problem.invalid(value: quoted(value.serialized()), rule: rule)
        throw WeightsError(problem, file: file, field: "weight_map of tensor \(quoted(tensor))")
    }
}
