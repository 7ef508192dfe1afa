import Foundation
import JSON
import TestSupport
import Testing
import Tokenizers

/// The chat templates of real models, rendered to what transformers renders, errors included.
@Suite(.enabled(if: TestData.isAvailable))
struct TemplateGoldenTests {
    private struct Contexts {
        let contexts: JSONObject
        let extra: JSONObject
        let now: TemplateTime

        init() throws {
            let file = try JSON.parse(TestData.bytes("template-goldens/_contexts.json"))
            contexts = try #require(file["contexts"]?.object)
            extra = try #require(file["extra"]?.object)
            let date = try #require(file["strftime_now"]?.string).split(separator: "-").compactMap { Int($0) }
            now = TemplateTime(year: date[0], month: date[1], day: date[2])
        }

        func context(_ name: String) throws -> JSON {
            var context = try #require(contexts[name]?.object)
            for (key, value) in extra { context[key] = value }
            return .object(context)
        }
    }

    static let templates: [String] = {
        let folder = TestData.folder.appendingPathComponent("templates").path
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".jinja") }.map { String($0.dropLast(6)) }.sorted()
    }()

    @Test func thereAreTemplates() {
        #expect(Self.templates.count == 20)
    }

    @Test(arguments: templates)
    func rendersAsTheReference(name: String) throws {
        let contexts = try Contexts()
        let source = String(decoding: try TestData.bytes("templates/\(name).jinja"), as: UTF8.self)
        let goldens = try #require(JSON.parse(TestData.bytes("template-goldens/\(name).json")).object)
        let template = try ChatTemplate(source)
        #expect(goldens.count == contexts.contexts.count)
        for (context, golden) in goldens {
            let outcome = Outcome { try template.render(try contexts.context(context), now: contexts.now) }
            #expect(outcome.text == golden["text"]?.string, "\(context)")
            #expect(outcome.error?.summary == golden["error"]?.string, "\(context)")
        }
    }

    @Test func rendersTheSameFromManyTasksAtOnce() async throws {
        let contexts = try Contexts()
        let source = String(decoding: try TestData.bytes("templates/openai-gpt-oss-120b.jinja"), as: UTF8.self)
        let template = try ChatTemplate(source)
        let context = try contexts.context("tool_call")
        let expected = try template.render(context, now: contexts.now)
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<200 { group.addTask { try template.render(context, now: contexts.now) } }
            for try await text in group { #expect(text == expected) }
        }
    }
}

/// What reading or rendering a template came to.
struct Outcome {
    private(set) var text: String?
    private(set) var error: TemplateError?

    init(_ render: () throws -> String) {
        do {
            text = try render()
        } catch let error as TemplateError {
            self.error = error
        } catch {
            Issue.record(error)
        }
    }
}
