import Foundation
import JSON
import TestSupport
import Testing
import Tokenizers

/// Every corner of the language in snippets of a line or two, against what jinja2 made of them: see
/// `Oracles/Templates/make_goldens.py`.
struct TemplateSnippetTests {
    private struct Snippet {
        let template: String
        let text: String?
        let error: String?
        let line: Int?
    }

    private static let fixture: JSON = {
        let url = TestData.packageRoot.appendingPathComponent("Oracles/Templates/snippets.json")
        guard let bytes = try? Data(contentsOf: url), let json = try? JSON.parse(Array(bytes)) else { return .null }
        return json
    }()

    private static let now: TemplateTime = {
        let parts = (fixture["now"]?.array ?? []).compactMap(\.int)
        guard parts.count == 7 else { return TemplateTime(year: 0, month: 1, day: 1) }
        return TemplateTime(
            year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4], second: parts[5],
            microsecond: parts[6])
    }()

    private static func snippets(_ topic: String) -> [Snippet] {
        (fixture["cases"]?.array ?? []).compactMap { snippet in
            guard snippet["topic"]?.string == topic, let template = snippet["template"]?.string else { return nil }
            return Snippet(
                template: template, text: snippet["text"]?.string, error: snippet["error"]?.string,
                line: snippet["line"]?.int)
        }
    }

    private func check(_ topic: String, atLeast count: Int) throws {
        let snippets = Self.snippets(topic)
        #expect(snippets.count >= count)
        let context = try #require(Self.fixture["context"])
        for snippet in snippets {
            let outcome = Outcome {
                try ChatTemplate(snippet.template).render(context, now: Self.now)
            }
            #expect(outcome.text == snippet.text, "\(snippet.template)")
            #expect(outcome.error?.summary == snippet.error, "\(snippet.template)")
            if let line = snippet.line { #expect(outcome.error?.line == line, "\(snippet.template)") }
        }
    }

    @Test func expressions() throws { try check("expressions", atLeast: 140) }

    @Test func statements() throws { try check("statements", atLeast: 190) }

    @Test func whiteSpace() throws { try check("whitespace", atLeast: 60) }

    @Test func filters() throws { try check("filters", atLeast: 120) }

    @Test func testsAndMethods() throws { try check("tests", atLeast: 90) }
}
