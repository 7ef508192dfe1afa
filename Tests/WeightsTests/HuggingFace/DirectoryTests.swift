import Foundation
import JSON
import Testing
import Weights

/// What people hand to `--model`, right and wrong.
@Suite struct DirectoryTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func failure(_ path: String? = nil) throws -> WeightsError {
        try #require(throws: WeightsError.self) { try Checkpoint.open(path ?? folder.path) }
    }

    private var config: HuggingFaceConfig? {
        get throws {
            guard case .huggingFace(let config) = try Checkpoint.open(folder.path).header else { return nil }
            return config
        }
    }

    /// A shard with one F32 tensor of one weight for each name.
    private func shard(_ names: [String]) -> [UInt8] {
        let tensors = names.enumerated().map { index, name in
            "\"\(name)\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[\(index * 4),\(index * 4 + 4)]}"
        }
        let content = [UInt8](repeating: 0, count: 4 * names.count)
        return RawSafetensors.image("{" + tensors.joined(separator: ",") + "}", content: content)
    }

    @Test func readsConfigurationFiles() throws {
        try folder.write("config.json", "{\"model_type\":\"qwen2\"}")
        try folder.write("generation_config.json", "{\"temperature\":0.7}")
        try folder.write("tokenizer_config.json", "{\"chat_template\":\"C\"}")
        try folder.write("tokenizer.json", "{}")
        try folder.write("model.safetensors", shard(["w"]))
        let config = try #require(try config)
        #expect(config.config["model_type"] == "qwen2" && config.generation?["temperature"] == 0.7)
        #expect(try config.tokenizerConfig != nil && config.tokenizerFile() == Array("{}".utf8))
        #expect(config.directory == folder.path && config.chatTemplate == "C")
    }

    @Test func optionalFilesMayBeMissing() throws {
        try folder.write("config.json", "{}")
        try folder.write("model.safetensors", shard(["w"]))
        let config = try #require(try config)
        #expect(config.generation == nil && config.tokenizerConfig == nil && config.chatTemplate == nil)
        #expect(try config.tokenizerFile() == nil)
    }

    /// The newest place of the chat template wins; of several named ones, `default`.
    @Test func chatTemplatePrecedence() throws {
        try folder.write("config.json", "{}")
        try folder.write("model.safetensors", shard(["w"]))
        let named = "[{\"name\":\"rag\",\"template\":\"R\"},{\"name\":\"default\",\"template\":\"D\"}]"
        try folder.write("tokenizer_config.json", "{\"chat_template\":\(named)}")
        #expect(try config?.chatTemplate == "D")
        try folder.write("chat_template.json", "{\"chat_template\":\"J\"}")
        #expect(try config?.chatTemplate == "J")
        try folder.write("chat_template.jinja", "{{ jinja }}\n")
        #expect(try config?.chatTemplate == "{{ jinja }}\n")
    }

    @Test(arguments: ["config.json", "generation_config.json", "tokenizer_config.json"])
    func brokenConfigurationIsNamed(_ name: String) throws {
        try folder.write("config.json", "{}")
        try folder.write("model.safetensors", shard(["w"]))
        try folder.write(name, "{\"a\": nope}")
        let malformed = try failure()
        #expect(malformed.file.hasSuffix(name) && malformed.byte == 6)
        try folder.write(name, "[1]")
        #expect(try failure().description.contains("is an array but must be an object"))
    }

    @Test func joinsShards() throws {
        try folder.write("config.json", "{}")
        try folder.write("one.safetensors", shard(["a", "c"]))
        try folder.write("two.safetensors", shard(["b", "extra"]))
        let map = "{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\",\"c\":\"one.safetensors\"}"
        try folder.write("model.safetensors.index.json", "{\"weight_map\":\(map)}")
        #expect(try Checkpoint.open(folder.path).tensorNames == ["a", "b", "c"])
    }

    @Test(arguments: [
        "\"../one.safetensors\"", "\"/etc/passwd\"", "\"sub/one.safetensors\"", "\"one.bin\"", "\"..\"", "\"\"", "7",
        "\"one.safetensors\\u0000.safetensors\"",
    ])
    func shardsStayInTheDirectory(_ shardName: String) throws {
        try folder.write("config.json", "{}")
        try folder.write("one.safetensors", shard(["a"]))
        try folder.write("model.safetensors.index.json", "{\"weight_map\":{\"a\":\(shardName)}}")
        let error = try failure()
        #expect(error.field == "weight_map of tensor 'a'" && error.file.hasSuffix("index.json"))
    }

    @Test func incompleteModelsAreNamed() throws {
        try folder.write("config.json", "{}")
        #expect(try failure().description.contains("model.safetensors or model.safetensors.index.json"))
        try folder.write("model.safetensors.index.json", "{}")
        #expect(try failure().description.contains("weight_map"))
        try folder.write("model.safetensors.index.json", "{\"weight_map\":{\"a\":\"one.safetensors\"}}")
        #expect(try failure().file.hasSuffix("one.safetensors"))
        try folder.write("one.safetensors", shard(["b"]))
        let error = try failure()
        #expect(error.problem == .missing && error.field == "tensor 'a'" && error.file.hasSuffix("one.safetensors"))
    }

    @Test func aDirectoryWithOneGGUFIsThatModel() throws {
        #expect(try failure().description.contains("neither config.json nor a GGUF file"))
        try folder.write("a.gguf", RawGGUF.sample().bytes)
        #expect(try Checkpoint.open(folder.path).tensorNames.first == "weights.f32")
        try folder.write("b.gguf", RawGGUF.sample().bytes)
        #expect(try failure().description.contains("'a.gguf', 'b.gguf'"))
        try FileManager.default.removeItem(atPath: folder.path + "/b.gguf")
        try folder.write("config.json", "{}")
        #expect(try Checkpoint.open(folder.path).tensorNames.first == "weights.f32")
        try folder.write("model.safetensors", shard(["w"]))
        #expect(try Checkpoint.open(folder.path).tensorNames == ["w"])
    }

    @Test(
        arguments: [
            ([], "empty"), (Array("PK\u{3}\u{4}and more".utf8), "pickle"), ([0x80, 0x02, 0x8A, 0x0A], "pickle"),
            (RawSafetensors.image(), "give the directory"), (Array("version https://git-lfs".utf8), "git lfs pull"),
            (Array("<html>404".utf8), "text"), (Array("hello".utf8), "does not start with 'GGUF'"),
            ([0x47, 0x47], "truncated"),
        ] as [([UInt8], String)])
    func otherFilesAreRecognized(content: [UInt8], message: String) throws {
        let path = try folder.write("model", content)
        let error = try failure(path)
        #expect(error.description.contains(message), "\(error)")
        #expect(error.file == path)
    }

    @Test func pathsThatAreNoFiles() throws {
        #expect(try failure(folder.path + "/absent").description.contains("No such file"))
        #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
        #expect(try failure(folder.path + "/pipe").description.contains("not a regular file"))
        #expect(try failure("/dev/null").description.contains("not a regular file"))
        #expect(throws: WeightsError.self) { try Checkpoint.open("") }
    }

    @Test func symbolicLinksAreFollowed() throws {
        let target = try folder.write("target", RawGGUF.sample().bytes)
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: target)
        #expect(try Checkpoint.open(folder.path + "/link").tensorNames.count == 3)
    }

    /// A file cut under its mapping is noticed before its lost pages are touched.
    @Test func aFileThatShrankIsRefused() throws {
        let path = try folder.write("m.gguf", RawGGUF.sample().bytes)
        let tensor = try Checkpoint.open(path).tensor("weights.q8")
        #expect(try tensor.floats().count == 64)
        #expect(truncate(path, 10) == 0)
        let error = try #require(throws: WeightsError.self) { try tensor.floats() }
        #expect(error.problem == .shrunk(from: RawGGUF.sample().bytes.count, to: 10))
        #expect(throws: WeightsError.self) { try PackedMatrix(tensor, pool: nil) }
    }

    /// A tensor outlives its checkpoint, and its pages come back after they were released.
    @Test func tensorsKeepTheirMapping() throws {
        let values = (0..<20_000).map { Float($0) }
        let image = try GGUFWriter.image(
            metadata: [], tensors: [GGUFTensorPlan("t", .f32, [20_000])], contents: [TensorType.f32.encode(values)])
        let path = try folder.write("m.gguf", image)
        let tensor = try Checkpoint.open(path).tensor("t")
        #expect(try tensor.floats() == values)
        tensor.releasePages()
        #expect(try tensor.floats() == values)
    }
}
