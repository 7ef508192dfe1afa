import Foundation
import JSON
import Models
import TestSupport
import Weights

/// A fixture rewritten as GGUF, the way the usual converters do: other names, other keys, and for Llama the rows
/// of q and k permuted so that rotated pairs are neighbours.
struct GGUFTwin {
    let fixture: Fixture
    private let checkpoint: Checkpoint
    private let config: JSON
    private let architecture: String

    init(_ fixture: Fixture) throws {
        self.fixture = fixture
        checkpoint = try fixture.checkpoint()
        guard case .huggingFace(let files) = checkpoint.header else { throw Wrong.header }
        config = files.config
        architecture = fixture.name.hasPrefix("qwen") ? fixture.name : "llama"
    }

    /// - Parameters:
    ///   - changes: metadata to replace, to add, or (nil) to leave out.
    ///   - extra: a tensor that the fixture does not have.
    ///   - divisor: what the first of the rope's divisors is made.
    func twin(
        changing changes: [(String, GGUFValue?)] = [], adding extra: String? = nil, divisor: Float? = nil
    ) throws -> Checkpoint {
        var tensors = try tensors(divisor)
        if let extra { tensors.append((GGUFTensorPlan(extra, .f32, [1]), [0, 0, 0, 0])) }
        let changed = Set(changes.map(\.0))
        let metadata =
            metadata.filter { !changed.contains($0.0) }
            + changes.compactMap { pair in
                pair.1.map { (pair.0, $0) }
            }
        let image = try GGUFWriter.image(
            metadata: metadata, tensors: tensors.map(\.plan), contents: tensors.map(\.bytes))
        return try Checkpoint.gguf(image.withUnsafeBytes { MappedBytes(copying: $0, name: fixture.name) })
    }

    private enum Wrong: Error { case header, tensor(String) }

    private func integer(_ key: String) -> Int { config[key]?.int ?? 0 }
    private var rope: JSON? { config["rope_parameters"] }
    private var headWidth: Int { config["head_dim"]?.int ?? 16 }

    private var metadata: [(String, GGUFValue)] {
        var pairs: [(String, GGUFValue)] = [
            ("context_length", .uint32(64)), ("block_count", .uint32(2)), ("embedding_length", .uint32(64)),
            ("feed_forward_length", .uint32(88)), ("attention.head_count", .uint32(4)),
            ("attention.head_count_kv", .uint32(UInt32(integer("num_key_value_heads")))),
            ("attention.key_length", .uint32(UInt32(headWidth))),
            ("attention.layer_norm_rms_epsilon", .float32(Float(config["rms_norm_eps"]?.double ?? 0))),
            ("rope.freq_base", .float32(Float(rope?["rope_theta"]?.double ?? 0))),
        ]
        if fixture.name == "mistral" { pairs.append(("attention.sliding_window", .uint32(7))) }
        let kind = rope?["rope_type"]?.string ?? ""
        if ["linear", "yarn"].contains(kind) {
            pairs.append(("rope.scaling.type", .string(kind)))
            pairs.append(("rope.scaling.factor", .float32(Float(rope?["factor"]?.double ?? 0))))
            pairs.append(("rope.scaling.original_context_length", .uint32(16)))
        }
        return [("general.architecture", .string(architecture))]
            + pairs.map { ("\(architecture).\($0.0)", $0.1) }
    }

    private func tensors(_ divisor: Float?) throws -> [(plan: GGUFTensorPlan, bytes: [UInt8])] {
        var tensors = try checkpoint.tensorNames.map { name in
            let tensor = try checkpoint.tensor(name)
            let bytes = tensor.withBytes { Array($0) }
            let plan = GGUFTensorPlan(try ggufName(name), tensor.type, tensor.shape)
            return (plan: plan, bytes: isPermuted(name) ? permuted(bytes, rows: tensor.shape[0]) : bytes)
        }
        if rope?["rope_type"]?.string == "llama3" {
            var divisors = llama3Divisors()
            divisors[0] = divisor ?? divisors[0]
            tensors.append(
                (GGUFTensorPlan("rope_freqs.weight", .f32, [divisors.count]), try TensorType.f32.encode(divisors)))
        }
        return tensors
    }

    private func isPermuted(_ name: String) -> Bool {
        architecture == "llama" && (name.contains("q_proj") || name.contains("k_proj"))
    }

    /// Row i of a head's first half becomes row 2i, row i of its second half row 2i + 1.
    private func permuted(_ bytes: [UInt8], rows: Int) -> [UInt8] {
        let rowBytes = bytes.count / rows
        return (0..<rows).flatMap { row in
            let (head, inside) = (row / headWidth, row % headWidth)
            let source = head * headWidth + inside / 2 + inside % 2 * headWidth / 2
            return bytes[source * rowBytes..<(source + 1) * rowBytes]
        }
    }

    /// By the definition in the Llama 3.1 release, with the fixture's numbers.
    private func llama3Divisors() -> [Float] {
        (0..<headWidth / 2).map { pair in
            let wave = 2 * Double.pi * pow(500, 2 * Double(pair) / Double(headWidth))
            if wave < 24.0 / 4 { return 1 }
            if wave > 24.0 / 1 { return 8 }
            let smooth = (24 / wave - 1) / (4 - 1)
            return Float(1 / ((1 - smooth) / 8 + smooth))
        }
    }

    private func ggufName(_ name: String) throws -> String {
        let outer = [
            "model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight",
            "lm_head.weight": "output.weight",
        ]
        if let name = outer[name] { return name }
        let inner = [
            "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm", "self_attn.q_proj": "attn_q",
            "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
            "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm", "mlp.gate_proj": "ffn_gate",
            "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
        ]
        let parts = name.split(separator: ".").map(String.init)
        let part = parts.dropFirst(3).dropLast().joined(separator: ".")
        guard parts.count > 4, let renamed = inner[part] else { throw Wrong.tensor(name) }
        return "blk.\(parts[2]).\(renamed).\(parts[parts.count - 1])"
    }
}

extension GGUFTwin {
    /// A field that models of this kind may have, with a value drawn from small, large, absent and absurd ones.
    func mutation(_ random: inout SeededGenerator) -> (String, GGUFValue?) {
        let optional = [
            "rope.scaling.type", "rope.scaling.factor", "rope.dimension_count", "attention.sliding_window",
            "vocab_size",
            "expert_count", "attention.value_length", "rope.scaling.yarn_beta_fast", "rope.scaling.attn_factor",
        ]
        let keys = metadata.dropFirst().map(\.0) + optional.map { "\(architecture).\($0)" }
        let bits = random.next()
        let values: [GGUFValue?] = [
            nil, .uint32(UInt32(bits % 100)), .uint64(bits), .int64(Int64(truncatingIfNeeded: bits)),
            .float32(Float(bitPattern: UInt32(truncatingIfNeeded: bits))), .float64(Double(bitPattern: bits)),
            .float32(Float(bits % 1000) / 10), .string("yarn"), .string("linear"), .bool(true),
        ]
        return (keys[Int(random.next() % UInt64(keys.count))], values[Int(random.next() % UInt64(values.count))])
    }
}
