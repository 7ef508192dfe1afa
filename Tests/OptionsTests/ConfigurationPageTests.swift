import Foundation
import Options
import TestSupport
import Testing

@Suite struct ConfigurationPageTests {
    @Test func thePageInTheRepositoryIsTheOneFromTheProgram() throws {
        let page = try String(
            contentsOf: TestData.packageRoot.appendingPathComponent("docs/configuration.md"), encoding: .utf8)
        #expect(page == ConfigurationPage.markdown, "run: gleaner configuration-page > docs/configuration.md")
    }

    @Test func theExampleInThePageCanBeUsed() throws {
        let lines = ConfigurationPage.markdown.split(separator: "\n").filter { $0.hasPrefix("    ") }
        let file = try ConfigurationFile.parse(lines.map { $0.dropFirst(4) }.joined(separator: "\n"), path: "example")
        #expect(file.entries.count == 5)
        _ = try ServerOptions.resolve(role: .serve, flags: [:], environment: [:], file: file)
    }
}
