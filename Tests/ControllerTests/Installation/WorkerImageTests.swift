import Controller
import JSON
import Kubernetes
import Testing

@Suite struct WorkerImageTests {
    private static let digest = String(repeating: "0f", count: 32)

    @Test(arguments: ["", "docker-pullable://", "containerd://"])
    func whatRuntimesWriteInFrontIsDropped(_ front: String) throws {
        let name = "registry.example:5000/gleaner@sha256:" + Self.digest
        #expect(WorkerImage(front + name)?.description == name)
    }

    @Test(arguments: [
        "", "gleaner", "gleaner:latest", "@sha256:" + digest, "gleaner@sha256:" + digest.dropLast(),
        "gleaner@sha256:" + digest.uppercased(), "sha256:" + digest, "a@sha256:\(digest)@sha256:\(digest)",
    ])
    func othersAreRefused(_ text: String) { #expect(WorkerImage(text) == nil) }

    @Test func aPodTellsItsOwn() throws {
        func pod(_ imageID: String, image: String = "gleaner:latest") throws -> Pod {
            try Pod([
                "metadata": ["name": "c", "namespace": "n", "uid": "u", "resourceVersion": "1"],
                "spec": ["containers": [["name": "controller", "image": .string(image)]]],
                "status": [
                    "containerStatuses": [
                        ["name": "controller", "imageID": .string(imageID), "state": ["running": [:]]]
                    ]
                ],
            ])
        }
        let name = "registry.example/gleaner@sha256:" + Self.digest
        #expect(WorkerImage(of: try pod(name))?.description == name)
        #expect(WorkerImage(of: try pod("sha256:" + Self.digest)) == nil)
        // What the installation pinned is known before the container's runtime tells.
        #expect(WorkerImage(of: try pod("", image: name))?.description == name)
    }
}
