import ModelStore
import Testing

@Suite struct PullChoiceTests {
    private func choose(_ paths: [String], tag: String? = nil) throws(PullError) -> PullChoice {
        let files = paths.map { RemoteFile(path: $0, size: 1) }
        let listing = RepositoryListing(owner: "o", repository: "r", commit: "c", files: files, isIncomplete: false)
        return try PullChoice.choose(from: listing, tag: tag)
    }

    @Test func theBestQuantizationIsTakenWhenNoneIsAsked() throws {
        let files = ["README.md", "m-q2_k.gguf", "m-q8_0.gguf", "m-q4_k_m.gguf", "mmproj-m-f16.gguf"]
        #expect(try choose(files).files.map(\.path) == ["m-q4_k_m.gguf"])
        #expect(try choose(files).tag == "Q4_K_M")
        #expect(try choose(files.filter { $0 != "m-q4_k_m.gguf" }).tag == "Q8_0")
        #expect(try choose(["mmproj-m-f16.gguf", "m-UD-Q4_K_XL.gguf"]).tag == "UD-Q4_K_XL")
        #expect(try choose(["only.gguf"]).tag == "only")
    }

    @Test func aTagChoosesInAnyCaseOrByFileName() throws {
        let files = ["m-q4_k_m.gguf", "m-Q8_0.gguf", "m-fp16.gguf"]
        #expect(try choose(files, tag: "q8_0").files.map(\.path) == ["m-Q8_0.gguf"])
        #expect(try choose(files, tag: "FP16").tag == "F16")
        #expect(try choose(files, tag: "m-q4_k_m.gguf").tag == "m-q4_k_m")
    }

    @Test func anUnknownTagIsAnsweredWithWhatThereIs() {
        #expect(throws: PullError.noQuantization("Q5_K_M", repository: "o/r", available: ["Q4_K_M", "Q8_0"])) {
            try choose(["m-q4_k_m.gguf", "m-Q8_0.gguf"], tag: "Q5_K_M")
        }
        #expect(throws: PullError.unreadableQuantization("Q3_K_M", readable: ["Q8_0"])) {
            try choose(["m-q3_k_m.gguf", "m-Q8_0.gguf"], tag: "q3_k_m")
        }
        #expect(throws: PullError.severalFiles(tag: "Q8_0", repository: "o/r", choices: ["a-Q8_0", "b-Q8_0"])) {
            try choose(["a-Q8_0.gguf", "b-Q8_0.gguf"])
        }
    }

    @Test func splitFilesAreTakenTogetherInOrder() throws {
        let parts = (1...3).map { "Q4_K_M/m-Q4_K_M-0000\($0)-of-00003.gguf" }
        let choice = try choose(parts.reversed() + ["m-Q8_0.gguf"])
        #expect(choice.tag == "Q4_K_M" && choice.files.map(\.path) == parts)
        #expect(choice.files.map(\.safeName) == (1...3).map { "m-Q4_K_M-0000\($0)-of-00003.gguf" })
        #expect(throws: PullError.missingParts(tag: "Q4_K_M", repository: "o/r", found: 2, expected: 3)) {
            try choose(Array(parts.dropLast()))
        }
    }

    @Test func ofTheSameModelTheBetterFilesAreTaken() throws {
        let parts = (1...2).map { "m-Q8_0-0000\($0)-of-00002.gguf" }
        #expect(try choose(parts + ["m-Q8_0.gguf"]).files.map(\.path) == ["m-Q8_0.gguf"], "whole before split")
        #expect(try choose(parts + parts.map { "split/" + $0 }).files.map(\.path) == parts, "the nearest")
        let torn = ["m-Q8_0-00001-of-00003.gguf"] + parts.map { "Q8_0/" + $0 }
        #expect(try choose(torn).files.map(\.path) == parts.map { "Q8_0/" + $0 }, "complete before torn")
        // Two halves of different splits are no whole.
        #expect(throws: PullError.self) { try choose(["m-Q8_0-00001-of-00002.gguf", "m-Q8_0-00002-of-00003.gguf"]) }
        #expect(throws: PullError.self) { try choose(["m-Q8_0-00002-of-00002.gguf", "m-Q8_0-00003-of-00002.gguf"]) }
        for name in [
            "m-00001-of-00000.gguf", "m-00000-of-00001.gguf", "m-00002-of-00001.gguf", "m-99999-of-99999.gguf",
        ] {
            #expect(throws: PullError.self, "\(name)") { try choose([name]) }
        }
    }

    @Test func aFolderMayNameTheQuantization() throws {
        let files = ["Q4_K_M/model.gguf", "Q8_0/model.gguf"]
        #expect(try choose(files, tag: "q8_0").files.map(\.path) == ["Q8_0/model.gguf"])
        #expect(try choose(files).tag == "Q4_K_M")
        #expect(throws: PullError.severalFiles(tag: "model", repository: "o/r", choices: ["Q4_K_M", "Q8_0"])) {
            try choose(files, tag: "model")
        }
    }

    @Test func aSafetensorsRepositoryIsTakenWithItsCompanions() throws {
        let files = [
            "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json",
            "config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "generation_config.json",
        ]
        let others = [
            "consolidated.safetensors", "onnx/model.onnx", "original/config.json", "LICENSE", "pytorch_model.bin",
        ]
        let choice = try choose(files + others)
        #expect(Set(choice.files.map(\.path)) == Set(files))
        #expect(choice.tag == "safetensors" && choice.format == .safetensors)
        let weights = choice.files.drop { !$0.path.hasSuffix(".safetensors") }
        #expect(weights.count == 2, "weights come last")
        #expect(try choose(["config.json", "model.safetensors", "m-Q8_0.gguf"]).format == .gguf)
        #expect(
            try choose(["config.json", "model.safetensors", "m-Q8_0.gguf"], tag: "safetensors").format == .safetensors)
    }

    @Test(arguments: [
        ["README.md"], ["config.json", "pytorch_model.bin"], ["adapter_model.safetensors", "adapter_config.json"],
        ["sub/model.safetensors", "config.json"], ["mmproj.gguf"], [],
    ])
    func aRepositoryWithoutAModelSaysSo(_ files: [String]) {
        #expect { try choose(files) } throws: { error in
            guard case PullError.noModel = error else { return false }
            return true
        }
    }

    @Test func namesFromTheHubBecomeHarmlessFileNames() throws {
        #expect(RemoteFile(path: "x/my model (1).gguf", size: 1).safeName == "my_model__1_.gguf")
        #expect(RemoteFile(path: "..hidden\u{202E}.gguf", size: 1).safeName == "hidden_.gguf")
        #expect(RemoteFile(path: String(repeating: "a", count: 500) + ".gguf", size: 1).safeName.count == 128)
        for path in ["../x.gguf", "/x.gguf", "a/../../x.gguf", "a//b.gguf", "a\0b.gguf", "a\\b.gguf", "a/./b.gguf"] {
            #expect(!RemoteFile.isSafe(path), "\(path)")
        }
    }
}
