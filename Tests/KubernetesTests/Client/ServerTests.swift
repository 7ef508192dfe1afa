import JSON
import Kubernetes
import TestSupport
import Testing
import WebTestSupport

@Suite(.enabled(if: TestData.isAvailable), .timeLimit(.minutes(10))) struct ServerTests {
    @Test(arguments: [
        ("allowed", Permission("create", .pods, in: "fx"), true),
        ("denied", Permission("create", .pods, in: "fx"), false),
    ])
    func rightsAreAskedForAsRecorded(_ name: String, _ permission: Permission, _ isAllowed: Bool) async throws {
        let exchange = try Recording.exchange("auth/selfsubjectaccessreview-\(name).json")
        try await LoopbackAPI.run { _, answer in
            answer.send(exchange.code, exchange.bodyBytes)
        } _: { api in
            let answer = try await withClient(of: api) { try await $0.mayI(permission) }
            #expect(answer == isAllowed)
            let request = try #require(await api.requests.next())
            #expect(request.uri == exchange.request["path"]?.string)
            #expect(request.json?["kind"] == "SelfSubjectAccessReview")
            #expect(
                request.json?["spec"]?["resourceAttributes"] == exchange.request["body"]?["spec"]?["resourceAttributes"]
            )
        }
    }

    @Test func anAnswerThatSaysNeitherIsNoLeave() async throws {
        let error = try await LoopbackAPI.run { _, answer in
            answer.send(201, ["status": [:]])
        } _: { api in
            try await withClient(of: api) { client in
                await failure { () throws(KubernetesError) in try await client.mayI(Permission("get", .pods)) }
            }
        }
        #expect(error == .malformed("a review of our rights says neither yes nor no"))
    }

    @Test func theRecordedVersionIsRead() async throws {
        let exchange = try Recording.exchange("discovery/version.json")
        let version = try await LoopbackAPI.run { _, answer in
            answer.send(200, exchange.bodyBytes)
        } _: { api in
            try await withClient(of: api) { try await $0.version() }
        }
        #expect(version == "v1.36.2")
    }
}
