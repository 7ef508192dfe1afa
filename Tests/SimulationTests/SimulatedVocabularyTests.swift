import Engine
import JSON
import Simulation
import Testing
import Tokenizers

@Suite struct SimulatedVocabularyTests {
    private let frontEnd: TextFrontEnd
    private var tokenizer: Tokenizer { frontEnd.tokenizer }

    init() throws { frontEnd = try SimulatedVocabulary.frontEnd() }

    @Test func anyTextComesBack() {
        for text in [
            "", "a", " ba dido", "The quick brown fox: 12345!\n\n\tzażółć … 🙂🙃 日本語 e\u{301} \u{0}\u{7F}",
            String(repeating: "né…🙂 ", count: 50),
        ] {
            let ids = tokenizer.encode(text, addSpecialTokens: true, parseSpecialTokens: true)
            #expect(tokenizer.decode(ids, skipSpecialTokens: false) == text)
        }
    }

    @Test func tokensAreDifferentAndAllThere() {
        #expect(tokenizer.vocabularySize == SimulatedVocabulary.count)
        let bytes = (0..<Int32(SimulatedVocabulary.count)).compactMap { tokenizer.bytes(of: $0) }
        #expect(Set(bytes).count == SimulatedVocabulary.count)
    }

    @Test func aWordIsOneToken() {
        let text = (300..<310).map { tokenizer.decode([$0], skipSpecialTokens: false) }.joined()
        #expect(tokenizer.encode(text, addSpecialTokens: true, parseSpecialTokens: true) == Array(300..<310))
    }

    @Test func onlyTheEndEndsAnAnswer() {
        #expect(frontEnd.stopTokens.contains(SimulatedVocabulary.endToken))
        #expect(frontEnd.stopTokens.allSatisfy { tokenizer.isSpecial($0) })
    }

    @Test func aChatIsRendered() throws {
        let template = try #require(frontEnd.chatTemplate)
        let parts: JSON = [["type": "text", "text": "Hel"], ["type": "text", "text": "lo"]]
        let messages: JSON = [["role": "system", "content": "Be."], ["role": "user", "content": parts]]
        let text = try template.render(
            ["messages": messages, "add_generation_prompt": true],
            now: TemplateTime(unixSeconds: 0, offsetSeconds: 0))
        let expected = """
            <|im_start|>system
            Be.<|im_end|>
            <|im_start|>user
            Hello<|im_end|>
            <|im_start|>assistant

            """
        #expect(text == expected)
    }
}
