import Foundation
import JSON
import TestSupport
import Testing

/// The image is made from what the rest of the repository says.
@Suite struct DockerfileTests {
    private static func text(_ path: String) throws -> String {
        try String(contentsOf: TestData.packageRoot.appendingPathComponent(path), encoding: .utf8)
    }

    /// What the build needs is listed once, in `Scripts/setup`, and what the image holds in `Scripts/image-root`.
    @Test func theListsAreNotRepeated() throws {
        let dockerfile = try Self.text("Dockerfile")
        for script in ["setup", "image-root"] {
            #expect(dockerfile.contains("RUN Scripts/\(script) "))
            let file = TestData.packageRoot.appendingPathComponent("Scripts/\(script)").path
            #expect(FileManager.default.isExecutableFile(atPath: file))
        }
        #expect(!dockerfile.contains("apt-get"))
        #expect(dockerfile.contains("--static-swift-stdlib") && dockerfile.contains("--product gleaner"))
    }

    @Test func theToolchainAndTheVersionAreOurs() throws {
        let dockerfile = try Self.text("Dockerfile")
        let readme = try #require(try Self.text("README.md").firstMatch(of: /a Swift ([0-9.]+) toolchain/))
        #expect(dockerfile.contains("FROM swift:\(readme.1)-bookworm AS build"))
        let program = try Self.text("Sources/gleaner/Gleaner.swift")
        let version = try #require(program.firstMatch(of: /static let version = "([^"]+)"/))
        #expect(dockerfile.contains("image.version=\"\(version.1)\""))
    }

    /// The account that pods run as.
    @Test func itRunsAsNobody() throws {
        let deployments = try DeployFiles.base().filter { $0.kind == "Deployment" }
        let users = Set(deployments.compactMap { $0.podSpec["securityContext"]?["runAsUser"]?.int })
        let user = try #require(users.first)
        #expect(users.count == 1)
        #expect(try Self.text("Dockerfile").contains("USER \(user):\(user)\n"))
        #expect(try Self.text("Scripts/image-root").contains("account=\(user)\n"))
    }

    /// What must not be in an image, or would be built anew because it changed.
    @Test func theContextIsWhatIsCommitted() throws {
        let ignored = Set(try Self.text(".dockerignore").split(separator: "\n"))
        #expect(ignored.isSuperset(of: [".git", ".build"]))
    }
}
