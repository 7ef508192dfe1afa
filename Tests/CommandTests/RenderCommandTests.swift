import Foundation
import Testing

@Suite struct RenderCommandTests {
    private func render(_ template: String, _ context: String) async throws -> GleanerProcess {
        try await withHome { home in
            for (name, text) in [("t.jinja", template), ("c.json", context)] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(home)/\(name)"))
            }
            return try await GleanerProcess.run(
                ["render", "--template", home + "/t.jinja", "--context", home + "/c.json"], home: home)
        }
    }

    @Test func theTextIsPrintedExactly() async throws {
        let run = try await render(
            "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}\t \u{E9}",
            #"{"messages":[{"role":"user","content":"a\nb"}]}"#)
        #expect(run.status == 0 && run.text == "<user>a\nb\t \u{E9}" && run.errors.isEmpty)
    }

    @Test(arguments: [
        ("{{ raise_exception('not like this') }}", "{}", "not like this"), ("{% if %}", "{}", "Error: "),
        ("x", "[]", "must be a JSON object"), ("x", "{", "c.json"),
    ])
    func failuresGoToStandardError(_ template: String, _ context: String, _ message: String) async throws {
        let run = try await render(template, context)
        #expect(run.status == 1 && run.output.isEmpty && run.errors.contains(message), "\(run.errors)")
    }

    @Test func aMissingFileIsNamed() async throws {
        try await withHome { (home) async throws in
            let run = try await GleanerProcess.run(
                ["render", "--template", "/no/such.jinja", "--context", "/no/such.json"], home: home)
            #expect(run.status == 1 && run.errors.contains("'/no/such.jinja'"))
        }
    }
}
