import JSON
import Models
import Testing
import Weights

/// Every field of a config.json is hostile until checked, and the error names it.
@Suite struct HuggingFaceConfigTests {
    struct Case: CustomTestStringConvertible {
        let fixture: String
        let changes: [(String, JSON?)]
        /// A field's name, or a tensor's.
        let blames: String
        var testDescription: String { "\(fixture): \(changes.map { "\($0.0) = \($0.1?.serialized() ?? "absent")" })" }

        init(_ fixture: String, _ changes: [(String, JSON?)], _ blames: String? = nil) {
            self.fixture = fixture
            self.changes = changes
            self.blames = blames ?? changes[0].0
        }
    }

    /// Fields that must be positive integers of a sane size.
    static let sizes: [Case] = {
        let keys = [
            "hidden_size", "num_attention_heads", "num_hidden_layers", "vocab_size", "intermediate_size",
            "max_position_embeddings", "num_key_value_heads", "head_dim",
        ]
        let values: [JSON] = [
            0, -1, .int(.max), .int(.min), .double(1e300), .double(1.5), "64", [64], .object(JSONObject()),
        ]
        return keys.flatMap { key in values.map { Case("llama", [(key, $0)]) } }
    }()

    static let required = [
        "hidden_size", "num_attention_heads", "num_hidden_layers", "vocab_size", "intermediate_size",
        "max_position_embeddings", "architectures",
    ].map { Case("llama", [($0, nil)]) }

    static let rules = [
        Case("llama", [("num_key_value_heads", 3)]),
        Case("llama", [("num_attention_heads", 4096), ("num_key_value_heads", 4096)], "model.layers.0"),
        Case("llama", [("head_dim", 24)]),
        Case("llama", [("head_dim", nil), ("hidden_size", 100), ("num_attention_heads", 4)], "head_dim"),
        Case("llama", [("head_dim", nil), ("num_attention_heads", 6), ("num_key_value_heads", 6)], "head_dim"),
        Case("llama", [("rms_norm_eps", 0)]), Case("llama", [("rms_norm_eps", -1)]),
        Case("llama", [("rms_norm_eps", "1e-6")]), Case("llama", [("rms_norm_eps", 2)]),
        Case("llama", [("hidden_act", "gelu")]), Case("llama", [("hidden_act", 3)]),
        Case("llama", [("tie_word_embeddings", 1)]), Case("llama", [("attention_bias", "no")]),
        Case("llama", [("mlp_bias", 0)]),
        Case("llama", [("quantization_config", .object(JSONObject([("bits", 4)])))]),
        Case("llama", [("rope_parameters", 7)]), Case("llama", [("rope_parameters.rope_type", "dynamic")]),
        Case("llama", [("rope_parameters.rope_type", 1)]), Case("llama", [("rope_parameters.rope_theta", 1)]),
        Case("llama", [("rope_parameters.rope_theta", .double(1e300))]),
        Case("llama", [("rope_parameters.factor", 0)]), Case("llama", [("rope_parameters.factor", nil)]),
        Case("llama", [("rope_parameters.high_freq_factor", 1)]),
        Case("llama", [("rope_parameters.low_freq_factor", nil)]),
        Case("llama", [("rope_parameters.original_max_position_embeddings", 0)]),
        Case("llama", [("rope_parameters.partial_rotary_factor", .double(0.5))]),
        Case("llama", [("partial_rotary_factor", .double(0.5))]),
        Case("qwen3", [("rope_parameters.beta_fast", 0)]), Case("qwen3", [("rope_parameters.attention_factor", -1)]),
        Case("qwen3", [("rope_parameters.truncate", "yes")]), Case("qwen3", [("rope_parameters.mscale", -1)]),
        Case("mistral", [("sliding_window", 0)]), Case("mistral", [("sliding_window", -7)]),
        Case("mistral", [("sliding_window", true)]),
        Case("qwen2", [("sliding_window", 0)]), Case("qwen2", [("use_sliding_window", 1)]),
        Case("qwen2", [("layer_types", ["full_attention"])]),
        Case("qwen2", [("layer_types", ["full_attention", "linear_attention"])]),
        Case("qwen2", [("layer_types", [1, 2])]), Case("qwen2", [("layer_types", "full_attention")]),
        Case("qwen2", [("layer_types", nil), ("max_window_layers", -1)], "max_window_layers"),
    ]

    /// Configs that are sane in themselves but are not those of the weights.
    static let strangers = [
        Case("llama", [("vocab_size", 72)], "model.embed_tokens.weight"),
        Case("llama", [("intermediate_size", 89)], "model.layers.0.mlp.gate_proj.weight"),
        Case("llama", [("num_key_value_heads", 4)], "model.layers.0.self_attn.k_proj.weight"),
        Case("llama", [("num_hidden_layers", 3)], "model.layers.2.input_layernorm.weight"),
        Case("llama", [("num_hidden_layers", 1)], "model.layers.1."),
        Case("llama", [("attention_bias", false)], "self_attn"),
        Case("llama", [("mlp_bias", false)], "mlp"),
        Case("mistral", [("architectures", ["Qwen2ForCausalLM"])], "self_attn.q_proj.bias"),
        Case("qwen2", [("architectures", ["LlamaForCausalLM"])], "bias"),
        Case("qwen3", [("architectures", ["LlamaForCausalLM"])], "norm"),
        Case("llama-tied", [("tie_word_embeddings", false)], "lm_head.weight"),
        Case("qwen3", [("head_dim", nil)], "model.layers.0.self_attn.q_proj.weight"),
    ]

    @Test(arguments: sizes + required + rules + strangers) func badConfigsAreRefusedByName(_ bad: Case) throws {
        let folder = try ConfigFolder(Fixture(name: bad.fixture), bad.changes)
        let checkpoint = try folder.checkpoint()
        let error = #expect(throws: ModelError.self) { try Model.load(checkpoint) }
        let message = error?.description ?? ""
        #expect(message.contains(bad.blames), "\(message)")
    }

    @Test func unknownArchitecturesListTheSupported() throws {
        let folder = try ConfigFolder(Fixture(name: "llama"), [("architectures", ["MambaForCausalLM"])])
        let supported = ["LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM"]
        #expect(throws: ModelError.architecture("MambaForCausalLM", supported: supported)) {
            try Model.load(folder.checkpoint())
        }
    }

    /// Configs as transformers 4 wrote them give the same spec.
    @Test func olderConfigsMeanTheSame() throws {
        let older: [(String, [(String, JSON?)])] = [
            (
                "llama",
                [
                    ("rope_parameters", nil), ("rope_theta", 500), ("rope_scaling.rope_type", "llama3"),
                    ("rope_scaling.factor", 8), ("rope_scaling.low_freq_factor", 1),
                    ("rope_scaling.high_freq_factor", 4),
                    ("rope_scaling.original_max_position_embeddings", 24), ("head_dim", nil),
                ]
            ),
            (
                "llama-tied",
                [
                    ("rope_parameters", nil), ("rope_scaling.type", "linear"), ("rope_scaling.factor", 2),
                    ("num_key_value_heads", nil),
                ]
            ),
            ("mistral", [("rope_parameters", nil), ("rope_scaling", .null), ("rope_theta", 10000)]),
            ("qwen2", [("rope_parameters", nil), ("rope_theta", 1_000_000), ("layer_types", nil)]),
        ]
        for (name, changes) in older {
            let fixture = Fixture(name: name)
            let folder = try ConfigFolder(fixture, changes)
            #expect(try Model.spec(of: folder.checkpoint()) == Model.spec(of: fixture.checkpoint()), "\(name)")
        }
    }

    @Test func yarnStretchesTheContext() throws {
        let folder = try ConfigFolder(Fixture(name: "qwen3"), [("rope_parameters.factor", 8)])
        #expect(try Model.spec(of: folder.checkpoint()).contextLength == 16 * 8)
    }
}
