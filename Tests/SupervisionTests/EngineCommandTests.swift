import Supervision
import Testing

@Suite struct EngineCommandTests {
    @Test(arguments: [
        ("llama-server -m model.gguf --port 9001", ["llama-server", "-m", "model.gguf", "--port", "9001"]),
        ("  a\t b  ", ["a", "b"]),
        (#"a 'b c' "d \"e\" \n" f\ g"#, ["a", "b c", #"d "e" \n"#, "f g"]),
        (#"a '' "" x'y'"z" '\'"#, ["a", "", "", "xyz", #"\"#]),
        ("vllm serve $HOME | tee *", ["vllm", "serve", "$HOME", "|", "tee", "*"]),
        ("Modèle 'été 🌻'", ["Modèle", "été 🌻"]),
    ])
    func wordsAreThoseOfAShell(_ line: String, _ words: [String]) throws {
        #expect(try EngineCommand(line).words == words)
    }

    @Test(arguments: [
        ("", EngineCommandError.empty), ("   ", .empty), ("''", .empty), ("a 'b", .openQuote("'")),
        (#"a "b\""#, .openQuote("\"")), (#"a \"#, .nothingEscaped), ("a \0", .nullCharacter),
    ])
    func whatIsNoCommandIsRefused(_ line: String, _ error: EngineCommandError) {
        #expect(throws: error) { try EngineCommand(line) }
    }

    /// Any words can be written on a line and read back.
    @Test func quotedWordsComeBack() throws {
        var random = SystemRandomNumberGenerator()
        let alphabet: [Character] = ["a", " ", "'", "\"", "\\", "\n", "é", "$"]
        for _ in 0..<200 {
            let words = (0..<Int.random(in: 1...4, using: &random)).map { place in
                String((0..<Int.random(in: 1...6, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
            }
            let line = words.map { "'" + $0.replacing("'", with: #"'\''"#) + "'" }.joined(separator: " ")
            #expect(try EngineCommand(line).words == words)
        }
    }
}
