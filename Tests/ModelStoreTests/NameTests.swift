import ModelStore
import TestSupport
import Testing
import Weights

@Suite struct NameTests {
    @Test(arguments: [
        "..", ".", "../x", "a/b/c", "a//b", "/etc/passwd", "a\0b", "a b", "-rf", "", "a:", ":b", "ä/b", "a\\b",
    ])
    func hostileNamesAreRefused(_ text: String) {
        #expect(throws: StoreError.self) { try ModelReference(text) }
        #expect(throws: StoreError.self) { try RepositoryReference("x/\(text)") }
        #expect(throws: StoreError.self) { try ModelName(owner: "o", repository: "r", tag: text) }
    }

    @Test func noNameOfRandomCharactersLeavesItsFolder() throws {
        var random = SeededGenerator(seed: 1)
        let alphabet = Array("./:\\-_a\0~ \n")
        let places = StorePlaces(home: "/home")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0...9, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
            guard let name = try? ModelName(owner: text, repository: "r", tag: text) else { continue }
            let parts = places.model(name).split(separator: "/", omittingEmptySubsequences: false)
            #expect(parts.count == 6)
            #expect(!parts.dropFirst().contains { $0.isEmpty || $0 == "." || $0 == ".." || $0.contains("\0") })
        }
    }

    @Test func aReferenceFitsByAnyPartThatIsEnough() throws {
        let name = try ModelName(owner: "Qwen", repository: "Qwen2.5-0.5B-Instruct-GGUF", tag: "Q4_K_M")
        for text in [
            "Qwen/Qwen2.5-0.5B-Instruct-GGUF:Q4_K_M", "qwen2.5-0.5b-instruct-gguf", "QWEN2.5-0.5B-INSTRUCT-GGUF:q4_k_m",
            "Qwen/Qwen2.5-0.5B-Instruct-GGUF",
        ] {
            #expect(try ModelReference(text).matches(name), "\(text)")
        }
        for text in ["Qwen", "Other/Qwen2.5-0.5B-Instruct-GGUF", "Qwen2.5-0.5B-Instruct-GGUF:Q8_0"] {
            #expect(try !ModelReference(text).matches(name), "\(text)")
        }
    }

    @Test(arguments: [
        ("Qwen/Qwen3-0.6B", "Qwen/Qwen3-0.6B"), ("Qwen/Qwen3-0.6B:Q8_0", "Qwen/Qwen3-0.6B:Q8_0"),
        ("https://huggingface.co/Qwen/Qwen3-0.6B", "Qwen/Qwen3-0.6B"),
        ("hf.co/Qwen/Qwen3-0.6B:q8_0", "Qwen/Qwen3-0.6B:q8_0"),
        ("https://huggingface.co/Qwen/Qwen3-0.6B/tree/main", "Qwen/Qwen3-0.6B"),
        ("https://huggingface.co/Qwen/Qwen3-0.6B/", "Qwen/Qwen3-0.6B"),
    ])
    func pastedAddressesNameTheRepository(_ text: String, _ expected: String) throws {
        #expect(try RepositoryReference(text).description == expected)
    }

    @Test func suggestionsAreTheNearestNames() {
        let names = [
            "Qwen/Qwen2.5-0.5B-Instruct-GGUF:Q4_K_M", "meta-llama/Llama-3.2-1B:safetensors", "gleaner/demo:Q8_0",
        ]
        #expect(Suggestions.nearest(to: "Qwen2.5-0.5B-Instrct-GGUF", among: names) == [names[0]])
        #expect(Suggestions.nearest(to: "llama-3.2-1b-x", among: names) == [names[1]])
        #expect(Suggestions.nearest(to: "dmo", among: names) == [names[2]])
        #expect(Suggestions.nearest(to: "something-else-entirely", among: names) == [])
    }

    @Test(arguments: [
        ("qwen2.5-0.5b-instruct-q4_k_m.gguf", "Q4_K_M"), ("Llama-3.2-1B-Instruct-Q8_0.gguf", "Q8_0"),
        ("llama-2-7b.Q5_K_S.gguf", "Q5_K_S"), ("phi_2_Q4_0.gguf", "Q4_0"), ("Qwen3-0.6B-UD-Q4_K_XL.gguf", "UD-Q4_K_XL"),
        ("model-bf16.gguf", "BF16"), ("model-fp16.gguf", "F16"), ("gemma-IQ3_XXS.gguf", "IQ3_XXS"),
        ("Q6_K/model-Q6_K-00001-of-00002.gguf", "Q6_K"), ("ggml-model-f32.gguf", "F32"),
    ])
    func theQuantizationIsReadFromTheFileName(_ file: String, _ label: String) {
        #expect(Quantization(fileName: file)?.label == label)
    }

    @Test(arguments: ["model.gguf", "Q.gguf", "qwen2.5-0.5b.gguf", "q9_0.gguf", "model-q4.gguf", ""])
    func aNameWithoutALabelHasNone(_ file: String) {
        #expect(Quantization(fileName: file) == nil)
    }

    @Test func onlyTypesThatTheEngineReadsAreOffered() {
        #expect(Quantization.preference.allSatisfy { Quantization(fileName: "m-\($0).gguf")?.isReadable == true })
        for type in TensorType.allCases {
            #expect(Quantization(fileName: "m-\(type.name).gguf")?.isReadable == true, "\(type.name)")
        }
        for label in ["Q2_K", "Q3_K_M", "IQ4_XS", "Q4_1", "TQ1_0", "MXFP4"] {
            #expect(Quantization(fileName: "m-\(label).gguf")?.isReadable == false)
        }
    }
}
