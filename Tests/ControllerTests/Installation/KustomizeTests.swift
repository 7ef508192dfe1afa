import Foundation
import Harvest
import JSON
import TestSupport
import Testing

/// What kubectl makes of `deploy/`, where there is one.
@Suite(.timeLimit(.minutes(10))) struct KustomizeTests {
    static let kubectl = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/kubectl" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    private static let image = "registry.example/gleaner@sha256:" + String(repeating: "0f", count: 32)

    /// The objects that an overlay installs.
    private static func build(_ more: String) async throws -> [JSON] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gleaner-site-\(UUID().uuidString)")
        let site = folder.appendingPathComponent("site")
        try FileManager.default.createDirectory(at: site, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.copyItem(at: DeployFiles.folder, to: folder.appendingPathComponent("deploy"))
        let parts = image.split(separator: "@")
        let text = """
            resources: [../deploy/base]
            namespace: gleaner
            images: [{name: gleaner, newName: \(parts[0]), digest: "\(parts[1])"}]
            \(more)
            """
        try text.write(to: site.appendingPathComponent("kustomization.yaml"), atomically: true, encoding: .utf8)
        let output = folder.appendingPathComponent("out.yaml")
        try Data().write(to: output)
        let file = try FileHandle(forWritingTo: output)
        let process = try ChildProcess([kubectl ?? "", "kustomize", site.path], output: file.fileDescriptor)
        let status = await process.wait()
        try file.close()
        let said = try String(contentsOf: output, encoding: .utf8)
        #expect(status == 0, "\(said)")
        return try DeployFiles.documents(at: output)
    }

    @Test(.enabled(if: kubectl != nil)) func anOverlayNamesTheImageOnce() async throws {
        let objects = try await Self.build("")
        let images = objects.filter { $0.kind == "Deployment" }.map { $0.container["image"]?.string }
        #expect(images == [Self.image, Self.image])
        let base = try DeployFiles.base()
        #expect(objects.count == base.count)
        // Before anything that needs them.
        #expect(objects.prefix(3).map(\.kind) == ["Namespace"] + Array(repeating: "CustomResourceDefinition", count: 2))
    }

    /// Gateways share a database, keep nothing, and are drained one at a time.
    @Test(.enabled(if: kubectl != nil)) func postgreSQLTakesTheVolumesPlace() async throws {
        let objects = try await Self.build(
            """
            components: [../deploy/postgresql]
            secretGenerator: [{name: gleaner-database, literals: ["url=postgresql://gleaner@db.example/gleaner"]}]
            """)
        #expect(!objects.contains { $0.kind == "PersistentVolumeClaim" })
        let secret = try #require(objects.first { $0.kind == "Secret" })
        let gateway = try #require(objects.first { $0.kind == "Deployment" && $0.name == "gleaner-gateway" })
        #expect(gateway["spec"]?["replicas"]?.int ?? 0 > 1 && gateway["spec"]?["strategy"]?["type"] == "RollingUpdate")
        let database = gateway.container.items("env").first { $0["name"] == "GLEANER_DATABASE" }
        #expect(database?["valueFrom"]?["secretKeyRef"] == ["key": "url", "name": .string(secret.name)])
        #expect(gateway.podSpec.items("volumes").allSatisfy { $0["emptyDir"] != nil })
        let budget = try #require(objects.first { $0.kind == "PodDisruptionBudget" })
        let selected = budget["spec"]?["selector"]?.texts("matchLabels") ?? [:]
        #expect(!selected.isEmpty && selected.allSatisfy { gateway.podLabels[$0] == $1 })
        #expect(selected[WorkerLabel.role] != WorkerLabel.worker)
    }
}
