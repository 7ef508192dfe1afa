import ArgumentParser
import Engine
import JSON
import Tokenizers
import Weights

/// `gleaner tokenize`: the seam through which an outside check sees what text becomes.
struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Turn text into token ids, or ids into text.",
        discussion: """
            Reads UTF-8 text on standard input, to its last byte, and prints a JSON array of ids. With --decode it \
            reads a JSON array of ids and prints their text, and nothing after it.

              printf 'Hello, world' | gleaner tokenize --model m.gguf
              printf '[9707, 11]' | gleaner tokenize --model m.gguf --decode
            """)

    @Option(help: "A GGUF file, a Hugging Face directory, or a model of the store.")
    var model: String

    @Flag(help: "Read ids and print text.")
    var decode = false

    @Flag(help: "Read spellings of special tokens, such as <|im_end|>, as these tokens.")
    var special = false

    @Flag(help: "Add the tokens that the model's tokenizer puts around a text, such as BOS.")
    var addSpecial = false

    func validate() throws {
        guard !decode || !(special || addSpecial) else {
            throw ValidationError("--special and --add-special are about text; leave them out with --decode.")
        }
    }

    func run() throws {
        let checkpoint = try Checkpoint.open(ModelLocation.resolve(model))
        // No chat template is needed here, so one that cannot be read is no reason to fail.
        let tokenizer = try TextFrontEnd(checkpoint: checkpoint, chatTemplateOverride: "").tokenizer
        if decode {
            TerminalOutput.write(tokenizer.decode(try readIDs(for: tokenizer), skipSpecialTokens: false))
        } else {
            let text = try StandardInput.text()
            let ids = tokenizer.encode(text, addSpecialTokens: addSpecial, parseSpecialTokens: special)
            TerminalOutput.write("[" + ids.map(String.init).joined(separator: ",") + "]\n")
        }
    }

    private func readIDs(for tokenizer: Tokenizer) throws -> [TokenID] {
        let json: JSON
        do { json = try JSON.parse(StandardInput.bytes()) } catch {
            throw CommandFailure("Standard input is no JSON array of token ids: \(error)")
        }
        guard let values = json.array else { throw CommandFailure("Standard input is JSON but no array of token ids") }
        return try values.map { value in
            guard let id = value.int.flatMap(TokenID.init(exactly:)), tokenizer.bytes(of: id) != nil else {
                throw CommandFailure("\(value.serialized().prefix(40)) is no token id of this model")
            }
            return id
        }
    }
}
