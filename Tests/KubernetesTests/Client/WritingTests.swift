import JSON
import Kubernetes
import NIOHTTP1
import TestSupport
import Testing
import WebTestSupport

/// What the client writes is what was written to the recorded server, and its answers are understood.
@Suite(.enabled(if: TestData.isAvailable), .timeLimit(.minutes(10))) struct WritingTests {
    /// Plays a recorded exchange: the recorded answer comes, and the request must have been the recorded one.
    private func play<Value: Sendable>(
        _ path: String, method: String? = nil, _ body: @Sendable (KubernetesClient, JSON) async throws -> Value
    ) async throws -> Value {
        let exchange = try Recording.exchange(path)
        return try await LoopbackAPI.run { _, answer in
            answer.send(exchange.code, headers: exchange.headers, exchange.bodyBytes)
        } _: { api in
            let result: Result<Value, any Error>
            do {
                let written = exchange.request["body"] ?? .null
                result = .success(try await withClient(of: api) { try await body($0, written) })
            } catch { result = .failure(error) }
            try compare(try #require(await api.requests.next()), exchange, method: method)
            return try result.get()
        }
    }

    private func compare(_ made: LoopbackAPI.Request, _ exchange: Recording.Exchange, method: String?) throws {
        let wanted = LoopbackAPI.Request(
            method: method ?? exchange.request["method"]?.string ?? "", uri: exchange.request["path"]?.string ?? "",
            headers: [:], body: [])
        #expect(made.method == wanted.method)
        #expect(made.path == wanted.path)
        // Who writes is always said, also where the recorded request left it out.
        for (name, value) in wanted.query { #expect(made.query[name] == value, "\(name)") }
        #expect(Set(made.query.keys).subtracting(wanted.query.keys).isSubset(of: ["fieldManager", "fieldValidation"]))
        #expect(made.headers["accept"] == ["application/json"] && made.headers["user-agent"] == ["gleaner"])
        guard let body = exchange.request["body"], method == nil else { return }
        #expect(made.json?.withoutNamespace == body.withoutNamespace)
        #expect(made.headers["content-type"] == [exchange.request["contentType"]?.string ?? ""])
    }

    // MARK: Server-side apply

    @Test func applySetsFields() async throws {
        let object = try await play("ssa/create-201.json") { client, _ in
            try await client.apply(.configMaps, "ssa", in: "fx", ["data": ["a": "1", "b": "1"]])
        }
        #expect(object["data"]?["b"] == "1" && object.metadata.resourceVersion == "499")
    }

    @Test func applyMayTakeFieldsFromOthers() async throws {
        let object = try await play("ssa/force-200.json") { client, _ in
            try await client.apply(.configMaps, "ssa", in: "fx", ["data": ["a": "2"]], manager: "other", force: true)
        }
        #expect(object["data"]?["a"] == "2")
    }

    @Test func aConflictNamesTheFieldsOfOthers() async throws {
        let error = await #expect(throws: KubernetesError.self) {
            try await play("ssa/conflict-409.json") { client, _ in
                try await client.apply(.configMaps, "ssa", in: "fx", ["data": ["a": "2"]], manager: "other")
            }
        }
        #expect(error?.isApplyConflict == true && error?.status?.causes.map(\.field) == [".data.a"])
    }

    @Test func applyToTheStatusOfAResourceOfOurs() async throws {
        let object = try await play("crd/cr-status-ssa-200.json") { client, _ in
            try await client.apply(
                .harvests, "h1", in: "fx", ["status": ["held": 6]], force: true, subresource: .status)
        }
        #expect(object.status?["held"] == 6)
    }

    // MARK: Merge patch

    @Test(arguments: ["crd/cr-merge-200.json", "crd/cr-status-merge-200.json"])
    func mergeChangesResourcesOfOurs(_ file: String) async throws {
        let object = try await play(file) { client, body in
            try await client.merge(
                .harvests, "h1", in: "fx", body, subresource: file.contains("status") ? .status : nil)
        }
        #expect(object.metadata.name == "h1")
    }

    @Test func mergeTakesMembersAway() async throws {
        let object = try await play("objects/merge-patch-200.json") { client, body in
            try await client.merge(.configMaps, "a", in: "fx", body)
        }
        #expect(object["data"]?["k"] == nil && object["data"]?["n"] == "5")
    }

    @Test func mergeOfAPodsStatus() async throws {
        let pod = try await play("status/patch-status-merge-200.json") { client, body in
            try await client.merge(.pods, "gated", in: "fx", body, subresource: .status)
        }
        #expect(pod.spec.schedulingGates == ["test/hold"] && pod.unscheduled?.reason == "SchedulingGated")
    }

    @Test func mergeOfAStaleStateIsAConflict() async throws {
        let error = await #expect(throws: KubernetesError.self) {
            try await play("errors/409-merge-patch-stale-rv.json") { client, _ in
                try await client.merge(.configMaps, "a", in: "fx", ["data": ["n": "6"]], resourceVersion: "493")
            }
        }
        #expect(error?.isConflict == true && error?.isApplyConflict == false && error?.isAlreadyExists == false)
    }

    // MARK: Create

    @Test func create() async throws {
        let object = try await play("objects/create-201.json") { client, _ in
            try await client.create(.configMaps, ["metadata": ["name": "a"], "data": ["k": "1"]], in: "fx")
        }
        #expect(object.metadata.name == "a")
    }

    @Test func createOfALease() async throws {
        let lease = try await play("leases/create-201.json") { client, body in
            try await client.create(.leases, body, in: "fx")
        }
        #expect(lease.holder == "a" && lease.renewed?.micro == "2026-11-21T06:19:56.021002Z")
    }

    // MARK: Delete

    @Test func deleteOfARunningPodSaysThatItGoes() async throws {
        let deletion = try await play("delete/running-pod-grace1-200.json") { client, _ in
            try await client.delete(.pods, "ev2", in: "fx", DeleteOptions(graceSeconds: 1))
        }
        guard case .going(let pod) = deletion else {
            Issue.record("\(deletion)")
            return
        }
        #expect(pod.isDeleting && pod.metadata.deletionGraceSeconds == 1)
    }

    @Test func deleteOfOtherThingsSaysThatTheyAreGone() async throws {
        let deletion = try await play("delete/status-success-200.json") { client, _ in
            try await client.delete(.configMaps, "a", in: "fx")
        }
        #expect(deletion == .gone)
        let held = try await play("delete/finalizer-delete-200.json") { client, _ in
            try await client.delete(.configMaps, "fin", in: "fx")
        }
        #expect(held != .gone)
    }

    @Test func deleteOfAnotherThanMeantIsAConflict() async throws {
        let uid = "00000000-0000-0000-0000-000000000000"
        for (file, options) in [
            ("errors/409-delete-precondition-uid.json", DeleteOptions(uid: uid)),
            ("errors/409-delete-precondition-rv.json", DeleteOptions(resourceVersion: "1")),
        ] {
            let error = await #expect(throws: KubernetesError.self) {
                try await play(file) { client, _ in try await client.delete(.pods, "s-b", in: "fx", options) }
            }
            #expect(error?.isConflict == true)
        }
    }

    /// Without grace the device would be given away while the process still holds it.
    @Test func nobodyIsDeletedByForce() async throws {
        #expect(DeleteOptions(graceSeconds: 0).graceSeconds == 1)
        var options = DeleteOptions()
        options.graceSeconds = -1
        let asked = options
        let request = try await LoopbackAPI.run { _, answer in
            answer.send(200, ["kind": "Status"])
        } _: { api in
            _ = try await withClient(of: api) { try await $0.delete(.pods, "p", in: "n", asked) }
            return await api.requests.next()
        }
        #expect(request?.json?["gracePeriodSeconds"] == 1)
    }

    // MARK: Evict

    @Test(arguments: [
        ("eviction/201.json", "ev", Eviction.evicted), ("eviction/404.json", "nope", .gone),
        (
            "eviction/429-pdb.json", "ev",
            .blocked("The disruption budget pdb needs 2 healthy pods and has 2 currently")
        ),
    ])
    func eviction(_ file: String, _ name: String, _ expected: Eviction) async throws {
        let eviction = try await play(file) { client, _ in try await client.evict(name, in: "fx") }
        #expect(eviction == expected)
    }

    @Test func anOverloadedServerIsNoBudget() async throws {
        try await LoopbackAPI.run { _, answer in
            answer.send(
                429, headers: [("retry-after", "2")], ["kind": "Status", "code": 429, "reason": "TooManyRequests"])
        } _: { api in
            try await withClient(of: api) { client in
                let error = await failure { () throws(KubernetesError) in try await client.evict("p", in: "n") }
                #expect(error?.retryAfter == .seconds(2))
            }
        }
    }
}

extension JSON {
    /// The namespace is in the path; saying it again in the body changes nothing.
    fileprivate var withoutNamespace: JSON {
        guard var object, var metadata = object["metadata"]?.object else { return self }
        metadata["namespace"] = nil
        object["metadata"] = .object(metadata)
        return .object(object)
    }
}
