import Controller
import Foundation
import Harvest
import JSON
import Kubernetes
import TestSupport
import Testing

/// What the committed files of an installation say.
@Suite struct InstallationTests {
    private static let settings = WorkerSettings(namespace: Installation.namespace, image: "")

    private static let files = [
        ("rbac", Installation.roles(namespace: Installation.namespace)), ("policies", Installation.policies(settings)),
    ]

    /// `GLEANER_WRITE_DEPLOY=1 swift test --filter InstallationTests` writes the files anew.
    @Test(arguments: files) func theCommittedFileIsTheTable(_ name: String, _ documents: [JSON]) throws {
        let text = documents.map { $0.yaml() }.joined()
        let file = TestData.packageRoot.appendingPathComponent("deploy/base/\(name).yaml")
        if ProcessInfo.processInfo.environment["GLEANER_WRITE_DEPLOY"] != nil {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }

    /// Who takes our controller over cannot read a secret, start anything outside of our namespace, or change what is
    /// the owner's.
    @Test func theControllerMayChangeNothingOfTheOwners() {
        let changing = Right.controller.filter { !Set($0.verbs).isSubset(of: ["get", "list", "watch"]) }
        #expect(changing.allSatisfy { !$0.isClusterWide || !$0.names.isEmpty })
        #expect(Right.controller.allSatisfy { !$0.verbs.contains("*") && $0.resource != "*" })
        let secrets = Right.controller.filter { $0.resource.hasPrefix("secrets") }
        #expect(secrets.allSatisfy { $0.verbs == ["create"] && !$0.isClusterWide })
        #expect(Right.gateway.allSatisfy { Set($0.verbs).isSubset(of: ["list", "watch"]) && !$0.isClusterWide })
    }

    @Test func eachVerbIsAskedFor() {
        let asked = Right.controller.flatMap { $0.permissions(namespace: "gleaner") }
        #expect(asked.count == Right.controller.reduce(0) { $0 + $1.verbs.count })
        let texts = asked.map(\.description)
        #expect(texts.contains("list nodes in all namespaces"))
        #expect(texts.contains("patch gpupools.gleaner.dev/status in the namespace 'gleaner'"))
    }
}
