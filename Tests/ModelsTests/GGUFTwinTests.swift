import Models
import Testing

/// The same weights as safetensors and as GGUF are the same model.
@Suite struct GGUFTwinTests {
    @Test(arguments: Fixture.all) func bothFilesGiveTheSameLogits(_ fixture: Fixture) throws {
        let model = try fixture.model()
        let twin = try Model.load(GGUFTwin(fixture).twin())
        // GGUF cannot say that only some layers of a Qwen2 have a window; up to its 19 tokens it does not matter.
        let count = fixture.name == "qwen2" ? 19 : 40
        let tokens = Array(try fixture.tokens()[..<count])
        let rows = try Runner(model).run(tokens, chunks: [count])
        let twinRows = try Runner(twin).run(tokens, chunks: [count])
        if fixture.name == "qwen2" { #expect(sameBits(rows, twinRows)) }
        #expect(worst(twinRows, rows) < 1e-5)
    }

    @Test func ropeLayoutFollowsTheFile() throws {
        for fixture in Fixture.all {
            let spec = try Model.load(GGUFTwin(fixture).twin()).spec
            guard case .attention(let attention) = spec.layers[0].mixer else { continue }
            #expect(attention.rotary.layout == (fixture.name.hasPrefix("qwen") ? .halves : .pairs))
        }
    }
}
