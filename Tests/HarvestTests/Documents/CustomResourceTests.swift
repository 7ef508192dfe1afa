import Foundation
import Harvest
import JSON
import TestSupport
import Testing

@Suite struct CustomResourceTests {
    /// `GLEANER_WRITE_CRDS=1 swift test --filter CustomResourceTests` writes the files anew.
    @Test(arguments: CustomResource.all.map(\.plural)) func theCommittedFileIsTheTable(_ plural: String) throws {
        let resource = try #require(CustomResource.all.first { $0.plural == plural })
        let file = TestData.packageRoot.appendingPathComponent("deploy/crds/\(plural).yaml")
        if ProcessInfo.processInfo.environment["GLEANER_WRITE_CRDS"] != nil {
            try resource.definition.yaml().write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == resource.definition.yaml())
    }

    @Test(arguments: CustomResource.all.map(\.plural)) func theDefinitionIsStructural(_ plural: String) throws {
        let resource = try #require(CustomResource.all.first { $0.plural == plural })
        let version = try #require(resource.definition["spec"]?["versions"]?.array?.first)
        #expect(version["subresources"]?["status"] != nil)
        #expect((version["additionalPrinterColumns"]?.array?.count ?? 0) > 3)
        try checkStructure(try #require(version["schema"]?["openAPIV3Schema"]))
    }

    /// Each node has a type and a description, each default passes its own schema, each pattern compiles.
    private func checkStructure(_ schema: JSON) throws {
        #expect(schema["type"]?.string != nil)
        #expect(schema["description"]?.string?.isEmpty == false)
        if let standard = schema["default"] { #expect(OpenAPICheck.accepts(standard, schema)) }
        if let pattern = schema["pattern"]?.string { _ = try Regex(pattern) }
        for (_, property) in schema["properties"]?.object ?? JSONObject() { try checkStructure(property) }
        for name in ["items", "additionalProperties"] {
            if let inner = schema[name] { try checkStructure(inner) }
        }
    }

    @Test func yamlQuotesWhatCouldBeTakenForSomethingElse() {
        let json: JSON = ["on": "no", "a/b.c": [1, true, [:], []], "A": [["x": "y: #\"\n", "z": .null]]]
        #expect(
            json.yaml() == """
                ---
                "on": "no"
                a/b.c:
                  - 1
                  - true
                  - {}
                  - []
                "A":
                  - x: "y: #\\"\\n"
                    z: null

                """)
    }
}
