import ClusterStandIn
import Controller
import Foundation
import JSON
import Kubernetes
import Testing
import WebTestSupport

/// The secret by which gateways prove themselves to workers.
@Suite(.timeLimit(.minutes(10))) struct TokenDeskTests {
    private static let name = "gleaner-worker-token"

    private static func token(_ scene: ControllerScene) -> String? {
        let text = scene.cluster.object(APIResource(.secrets), name, in: ControllerScene.namespace)?["data"]?["token"]?
            .string
        return text.flatMap { Data(base64Encoded: $0) }.flatMap { String(validating: $0, as: UTF8.self) }
    }

    @Test func itIsMadeOnceAndNobodyCanGuessIt() async throws {
        try await ControllerScene.run { scene in
            try await scene.running { _ in await scene.untilRunning() }
            let token = try #require(Self.token(scene))
            #expect(token.utf8.count == 64 && token.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) })
            #expect(Set(token.utf8).count > 4)
            try await scene.running(["b"]) { controllers in
                await scene.until("it knows that it is there") { controllers[0].counts[.createSecret].numDone == 1 }
            }
            #expect(Self.token(scene) == token)
            try scene.cluster.delete(APIResource(.secrets), Self.name, in: ControllerScene.namespace)
            try await scene.running(["c"]) { _ in await scene.until("there is another") { Self.token(scene) != nil } }
            #expect(Self.token(scene) != token)
        }
    }

    @Test func theOwnersOwnStays() async throws {
        try await ControllerScene.run { scene in
            let data = JSON.string(Data("mine".utf8).base64EncodedString())
            try scene.cluster.create(
                APIResource(.secrets), ["metadata": ["name": .string(Self.name)], "data": ["token": data]],
                in: ControllerScene.namespace)
            try await scene.running { _ in await scene.untilRunning() }
            #expect(Self.token(scene) == "mine")
        }
    }

    /// Who keeps secrets to himself is told once how to make it.
    @Test func whereItMayNotBeMadeTheRestGoesOn() async throws {
        try await ControllerScene.run { scene in
            scene.cluster.setRules { $0.allows = { $0.resource != "secrets" } }
            try await scene.running { controllers in
                await scene.untilRunning()
                await scene.until("it was tried again", step: .seconds(5)) {
                    controllers[0].counts[.createSecret].numFailed > 1
                }
            }
            #expect(scene.book.text.split(separator: "create secret generic \(Self.name)").count == 2)
        }
    }
}
