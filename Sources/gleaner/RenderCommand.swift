import ArgumentParser
import Foundation
import JSON
import Tokenizers

/// `gleaner render`: the seam through which an outside check sees what a chat template makes.
struct RenderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Print what a chat template renders to.",
        discussion: """
            The context is a JSON object whose members are the template's variables: messages, tools, \
            add_generation_prompt and so on. The text is printed exactly, with no newline after it.

              gleaner render --template chat_template.jinja --context conversation.json
            """)

    @Option(help: "A Jinja file.", completion: .file())
    var template: String

    @Option(help: "A JSON file.", completion: .file())
    var context: String

    func run() throws {
        let source = try text(of: template)
        let json: JSON
        do { json = try JSON.parse(text(of: context)) } catch let error as JSONError {
            throw CommandFailure("\(context): \(error)")
        }
        guard json.object != nil else { throw CommandFailure("\(context): the context must be a JSON object") }
        let seconds = Int64(Date().timeIntervalSince1970)
        let now = TemplateTime(unixSeconds: seconds, offsetSeconds: Int64(TimeZone.current.secondsFromGMT()))
        TerminalOutput.write(try ChatTemplate(source).render(json, now: now))
    }

    private func text(of path: String) throws -> String {
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw CommandFailure("Cannot read '\(path)': there is no such file, or it may not be read")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CommandFailure("'\(path)' is not UTF-8 text")
        }
        return text
    }
}
