import JSON
import Weights

/// The one table from architecture to family.
enum Families {
    static let all: [any Family.Type] = [LlamaFamily.self, Qwen2Family.self, Qwen3Family.self]

    /// Reads a checkpoint's config. Tensors are not looked at beyond their names and shapes.
    static func spec(of checkpoint: Checkpoint) throws(ModelError) -> ModelSpec {
        switch checkpoint.header {
        case .gguf(let metadata):
            let shapes = TensorShapes { name in
                guard checkpoint.contains(name) else { return nil }
                // A tensor of a type that is not built is there, and refused when it is asked for.
                return (try? checkpoint.tensor(name).shape) ?? []
            }
            return try spec(gguf: { key in metadata[key].map { ConfigValue($0) } }, tensors: shapes)
        case .huggingFace(let config):
            return try spec(huggingFace: { key in config.config[key].flatMap { ConfigValue($0) } })
        }
    }

    static func spec(
        gguf lookup: @escaping (String) -> ConfigValue?, tensors: TensorShapes
    ) throws(ModelError) -> ModelSpec {
        let name = try Fields(lookup: lookup).text("general.architecture")
        guard let family = all.first(where: { $0.ggufArchitectures.contains(name) }) else {
            throw .architecture(name, supported: all.flatMap { $0.ggufArchitectures })
        }
        let fields = Fields(prefix: name + ".", lookup: lookup)
        return try family.shape(gguf: fields, architecture: name, tensors: tensors).spec()
    }

    static func spec(huggingFace lookup: @escaping (String) -> ConfigValue?) throws(ModelError) -> ModelSpec {
        let fields = Fields(lookup: lookup)
        guard let names = try fields.texts("architectures"), let name = names.first else {
            throw .missingField("architectures")
        }
        guard let family = all.first(where: { $0.huggingFaceArchitectures.contains(name) }) else {
            throw .architecture(name, supported: all.flatMap { $0.huggingFaceArchitectures })
        }
        return try family.shape(huggingFace: fields, architecture: name).spec()
    }
}
