import JSON
import Kubernetes
import TestSupport
import Testing
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct ReadingTests {
    @Test(.enabled(if: TestData.isAvailable)) func recordedPagesMakeOneList() async throws {
        let pages = try [1, 2].map { try Recording.exchange("lists/limit-page\($0).json") }
        let list = try await LoopbackAPI.run { request, answer in
            let page = request.query["continue"] == nil ? pages[0] : pages[1]
            answer.send(page.code, headers: page.headers, page.bodyBytes)
        } _: { api in
            let list = try await withClient(of: api) { try await $0.list(.pods, Selection(in: "fx"), pageLimit: 2) }
            for page in pages {
                #expect(await api.requests.next()?.uri == page.request["path"]?.string)
            }
            return list
        }
        #expect(list.objects.map(\.metadata.name) == ["gated", "s-a", "s-b", "s-c"])
        #expect(list.resourceVersion == "508" && list.continueToken == nil && list.unreadable == 0)
    }

    @Test(.enabled(if: TestData.isAvailable), arguments: ["lists/empty.json", "crd/list-empty.json"])
    func recordedEmptyLists(_ file: String) async throws {
        let exchange = try Recording.exchange(file)
        let list = try await LoopbackAPI.run { _, answer in
            answer.send(200, exchange.bodyBytes)
        } _: { api in
            try await withClient(of: api) { try await $0.list(.harvests, Selection(in: "fx")) }
        }
        #expect(list.objects.isEmpty && !list.resourceVersion.isEmpty)
    }

    @Test(.enabled(if: TestData.isAvailable)) func recordedDiscovery() async throws {
        let (core, leases) = (
            try Recording.exchange("discovery/api-v1.json"), try Recording.exchange("discovery/apis-coordination.json")
        )
        try await LoopbackAPI.run { request, answer in
            switch request.path {
            case "/api/v1": answer.send(200, core.bodyBytes)
            case "/apis/coordination.k8s.io/v1": answer.send(200, leases.bodyBytes)
            default: answer.send(404, Array("404 page not found\n".utf8))
            }
        } _: { api in
            try await withClient(of: api) { client in
                let unknown = ResourceKind<GenericObject>(group: "", version: "v1", plural: "gpus", kind: "GPU")
                let served = [
                    try await client.serves(.pods), try await client.serves(.leases),
                    try await client.serves(.harvests), try await client.serves(unknown),
                ]
                #expect(served == [true, true, false, false])
            }
        }
    }

    @Test func selectorsAndNamesAreWrittenSafely() async throws {
        try await LoopbackAPI.run { _, answer in
            answer.send(404, ["kind": "Status", "reason": "NotFound"])
        } _: { api in
            try await withClient(of: api) { client in
                let labels = try LabelSelector(parsing: "a in (x,y),!gone")
                let selection = Selection(in: "n", labels: labels, fields: .equal("spec.nodeName", "a&b"))
                _ = await failure { () throws(KubernetesError) in try await client.list(.pods, selection) }
                let list = try #require(await api.requests.next())
                #expect(list.path == "/api/v1/namespaces/n/pods")
                #expect(
                    list.query == [
                        "labelSelector": "a in (x,y),!gone", "fieldSelector": "spec.nodeName=a&b", "limit": "500",
                    ])
                for (name, path) in [("../x?y#z", "/api/v1/nodes/..%2Fx%3Fy%23z"), ("..", "/api/v1/nodes/%2E%2E")] {
                    _ = await failure { () throws(KubernetesError) in try await client.get(.nodes, name, in: "ignored")
                    }
                    #expect(await api.requests.next()?.path == path)
                }
            }
        }
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"items":7,"metadata":{"resourceVersion":"1"}}"#, #"{"items":[]}"#,
        #"{"items":[],"metadata":{"resourceVersion":7}}"#,
    ])
    func aListThatIsNoneIsMalformed(_ body: String) async throws {
        let error = try await LoopbackAPI.run { _, answer in
            answer.send(200, Array(body.utf8))
        } _: { api in
            try await withClient(of: api) { client in
                await failure { () throws(KubernetesError) in try await client.list(.pods) }
            }
        }
        guard case .malformed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func itemsThatCannotBeReadAreCounted() async throws {
        let list = try await LoopbackAPI.run { _, answer in
            answer.send(200, ["items": [7, .null, Sample.json("a")], "metadata": ["resourceVersion": "9"]])
        } _: { api in
            try await withClient(of: api) { try await $0.list(.genericPods) }
        }
        #expect(list.objects.count == 1 && list.unreadable == 2)
    }

    @Test func anAnswerBeyondTheLimitIsRefused() async throws {
        var limits = ClientLimits.patient
        limits.objectBytes = 1000
        let error = try await LoopbackAPI.run { _, answer in
            answer.begin()
            answer.chunk(Array(repeating: 0x20, count: 900))
            answer.chunk(Array(repeating: 0x20, count: 101))
        } _: { [limits] api in
            try await withClient(of: api, limits: limits) { client in
                await failure { () throws(KubernetesError) in try await client.get(.pods, "p", in: "n") }
            }
        }
        #expect(error == .malformed("it is longer than 1000 bytes"))
    }
}
