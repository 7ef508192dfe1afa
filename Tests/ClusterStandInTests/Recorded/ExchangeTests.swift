import ClusterStandIn
import JSON
import Kubernetes
import TestSupport
import Testing

/// The recorded requests, asked again: the answers must be of the same kind.
@Suite(.timeLimit(.minutes(10)), .enabled(if: TestData.isAvailable)) struct ExchangeTests {
    /// Requests that fail by themselves, whatever there is.
    private static let refusals = [
        "400-bad-json", "400-continue-garbage", "400-field-selector", "400-label-selector", "400-namespace-mismatch",
        "400-rv-garbage", "400-wrong-kind", "400-wrong-type", "403-priorityclass-missing",
        "403-priority-value-mismatch", "404-delete", "404-namespace-missing-create", "404-patch", "404-path", "404-pod",
        "404-resource", "405-method", "405-put-collection", "415-content-type", "415-patch-type",
        "422-fractional-gpu", "422-gpu-request-ne-limit", "422-gpu-request-without-limit", "422-invalid-label",
        "422-invalid-name", "422-no-containers", "422-rvmatch-without-rv", "422-watchlist-disabled",
        "504-list-rv-in-future",
    ]

    @Test(arguments: refusals) func theSameIsRefusedInTheSameWay(_ name: String) async throws {
        let recorded = try Recording.exchange("errors/\(name).json")
        try await ClusterStandIn.run(Self.rules) { cluster in
            try cluster.create(.pods, ClusterStandIn.pod("gated"), in: "fx")
            let answer = cluster.request(try Self.request(recorded.request))
            #expect(answer.code == recorded.code)
            guard recorded.body.object != nil else {
                let text = recorded.body.string.map { String($0.prefix(18)) } ?? ""
                #expect(answer.text?.hasPrefix(text) == true)
                return
            }
            for member in ["kind", "apiVersion", "status", "reason", "code"] {
                #expect(answer.json[member] == recorded.body[member], "\(member)")
            }
            #expect(Self.details(answer.json) == Self.details(recorded.body))
        }
    }

    private static var rules: APIRules {
        var rules = APIRules()
        rules.namespaces = ["fx", "default"]
        rules.hasWatchLists = false
        rules.resources.append(.custom("gleaner.dev", "v1alpha1", "harvests", "Harvest"))
        return rules
    }

    /// The details without their words: what they are about, and which fields are to blame.
    private static func details(_ status: JSON) -> [String] {
        let details = status["details"]
        let causes = (details?["causes"]?.array ?? []).map { cause in
            "\(cause["reason"]?.string ?? "") \(cause["field"]?.string ?? "")"
        }
        return ["group", "kind", "name"].map { details?[$0]?.string ?? "" } + causes
    }

    private static func request(_ json: JSON) throws -> StandInRequest {
        var request = StandInRequest(
            try #require(json["method"]?.string), try #require(json["path"]?.string),
            contentType: json["contentType"]?.string ?? "", accept: json["accept"]?.string ?? "")
        switch json["body"] {
        case .string(let text): request.body = Array(text.utf8)
        case nil, .null: break
        case let body?: request.body = Array(body.serialized().utf8)
        }
        return request
    }

    /// Histories of one object each, which are played in the order of their recording.
    private static let histories: [String: [String]] = [
        "configmap": [
            "objects/create-201", "errors/409-already-exists", "objects/put-200", "objects/put-noop-200-same-rv",
            "objects/put-unconditional-no-rv", "objects/merge-patch-200", "objects/merge-patch-noop-200",
            "errors/409-conflict-put-stale-rv", "errors/409-merge-patch-stale-rv", "errors/409-put-uid-mismatch",
            "delete/status-success-200",
        ],
        "apply": [
            "ssa/create-201", "ssa/reapply-noop-200", "ssa/missing-fieldmanager-422",
            "ssa/managedFields-not-nil-400", "ssa/drop-owned-field-200", "ssa/conflict-409", "ssa/force-200",
            "ssa/stale-rv-409",
        ],
        "finalizer": [
            "delete/finalizer-create", "delete/finalizer-delete-200", "delete/finalizer-delete-again-200",
            "delete/finalizer-release-200", "delete/finalizer-gone-404",
        ],
        "custom": [
            "crd/list-empty", "crd/cr-create-201", "crd/cr-merge-200", "crd/cr-strategic-415",
            "crd/cr-status-merge-200", "crd/cr-ssa-conflict-409", "crd/cr-ssa-force-200", "crd/cr-status-ssa-200",
            "crd/cr-bad-field-400",
        ],
        "lease": [
            "leases/create-201", "leases/create-409", "leases/renew-200", "leases/takeover-200", "leases/get",
            "leases/steal-stale-rv-409", "leases/put-without-rv-422", "leases/bad-microtime-400",
        ],
        "pod": [
            "objects/pod-gated-201", "objects/pod-gated-get", "objects/binding-gated-pod",
            "status/patch-status-merge-200", "status/patch-main-status-ignored-200",
            "status/put-spec-change-ignored-200", "errors/422-pod-spec-immutable", "errors/409-delete-precondition-uid",
            "errors/409-delete-precondition-rv",
        ],
        "review": ["auth/selfsubjectaccessreview-allowed"],
        "eviction": ["eviction/404"],
    ]

    /// Each answer has the recorded status, and the recorded body but for identities, versions and times.
    @Test(arguments: histories.keys.sorted()) func anObjectsHistoryIsTheSame(_ name: String) async throws {
        let files = try #require(Self.histories[name])
        try await ClusterStandIn.run(Self.rules) { cluster in
            var replay = Replay()
            if name == "pod" { try cluster.create(.pods, ClusterStandIn.pod("s-b"), in: "fx") }
            for file in files {
                let recorded = try Recording.exchange(file + ".json")
                let answer = cluster.request(try Self.request(replay.translated(recorded.request)))
                #expect(answer.code == recorded.code, "\(file): \(answer.json.serialized())")
                guard recorded.body["kind"] != "Status" else {
                    #expect(answer.json["reason"] == recorded.body["reason"], "\(file)")
                    #expect(Self.details(answer.json) == Self.details(recorded.body), "\(file)")
                    continue
                }
                replay.learn(recorded.body, answer.json)
                let (expected, actual) = (Replay.shape(recorded.body), Replay.shape(answer.json))
                #expect(actual == expected, "\(file)\n\(actual.serialized())\n\(expected.serialized())")
            }
        }
    }

    /// The cases of selectors that were recorded, over the same pods.
    @Test func selectorsChooseTheSame() async throws {
        let recorded = try Recording.json("selectors.json")
        try await ClusterStandIn.run(Self.rules) { cluster in
            let pods = [
                ("gated", ["app": "x", "tier": "a"]), ("s-a", ["app": "x", "tier": "b"]), ("s-b", ["app": "y"]),
            ]
            for (name, labels) in pods + [("s-c", [:])] {
                try cluster.create(.pods, ClusterStandIn.pod(name, labels: labels), in: "fx")
            }
            for (name, wish) in try #require(recorded["cases"]?.object) {
                let query = try #require(wish["query"]?.string)
                let answer = cluster.request(StandInRequest("GET", "/api/v1/namespaces/fx/pods?\(query)"))
                #expect(answer.code == wish["status"]?.int)
                let names = (answer.json["items"]?.array ?? []).compactMap { $0["metadata"]?["name"] }
                #expect(names == wish["names"]?.array, "\(name)")
            }
        }
    }
}
