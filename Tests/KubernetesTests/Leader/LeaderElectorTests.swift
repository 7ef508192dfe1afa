import JSON
import Kubernetes
import Synchronization
import TestSupport
import Testing
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct LeaderElectorTests {
    /// A server that has one lease.
    private final class LeaseServer: Sendable {
        private struct State {
            var spec: JSONObject?
            var version = 1
            var isBroken = false
        }

        private let state = Mutex(State())

        var spec: JSONObject? { state.withLock { $0.spec } }

        func setBroken(_ isBroken: Bool) { state.withLock { $0.isBroken = isBroken } }

        func steal() {
            state.withLock { state in
                state.spec?["holderIdentity"] = "thief"
                state.version += 1
            }
        }

        func answer(_ request: LoopbackAPI.Request, _ answer: LoopbackAPI.Answer) {
            let reply = state.withLock { state -> (Int, JSON)? in
                if state.isBroken { return nil }
                switch request.method {
                case "POST":
                    if state.spec != nil { return (409, ["reason": "AlreadyExists"]) }
                    state.spec = request.json?["spec"]?.object
                case "PATCH":
                    guard request.json?["metadata"]?["resourceVersion"]?.string == String(state.version) else {
                        return (409, ["reason": "Conflict"])
                    }
                    state.version += 1
                    for (key, value) in request.json?["spec"]?.object ?? JSONObject() {
                        state.spec?[key] = value.isNull ? nil : value
                    }
                default: break
                }
                guard let spec = state.spec else { return (404, ["reason": "NotFound"]) }
                return (200, Sample.json("gleaner", version: state.version, with: [("spec", .object(spec))]))
            }
            if let reply { answer.send(reply.0, reply.1) } else { answer.cut() }
        }
    }

    /// One elector that leads, on a clock of its own.
    private struct Scene: Sendable {
        let server: LeaseServer
        let clock: ManualClock
        let log: Inbox<String>
        let api: LoopbackAPI
        let client: KubernetesClient
        let elector: LeaderElector

        /// The next time at which it looks after its lease.
        func pass() async {
            await clock.waitForSleeper(.seconds(2))
            clock.advance(by: .seconds(2))
        }
    }

    /// Runs `body` once "one" leads; afterwards, when its elector was not stopped by `body`, it is stopped.
    /// - Parameter respond: stands between the requests and the server.
    private func leading(
        respond: @escaping @Sendable (LeaseServer, LoopbackAPI.Request, LoopbackAPI.Answer) -> Void = {
            $0.answer($1, $2)
        }, _ body: @Sendable (Scene, Task<Void, Never>) async throws -> Void
    ) async throws {
        let (server, clock, log) = (LeaseServer(), ManualClock(), Inbox<String>())
        try await LoopbackAPI.run {
            respond(server, $0, $1)
        } _: { api in
            try await withClient(of: api, time: .manual(clock)) { client in
                let elector = elector("one", client)
                let run = Task { await elector.run(Self.lead(log)) }
                #expect(await log.next() == "leads")
                let scene = Scene(
                    server: server, clock: clock, log: log, api: api, client: client, elector: elector)
                try await body(scene, run)
                run.cancel()
                await run.value
            }
        }
    }

    private func elector(_ identity: String, _ client: KubernetesClient) -> LeaderElector {
        LeaderElector("gleaner", in: "ns", identity: identity, client: client)
    }

    /// Leads until told otherwise, and says when it begins and ends.
    private static func lead(_ log: Inbox<String>) -> @Sendable () async -> Void {
        return {
            log.put("leads")
            try? await ManualClock.untilCancelled()
            log.put("stops")
        }
    }

    @Test func oneLeadsRenewsAndGivesBack() async throws {
        try await leading { scene, run in
            let (server, api) = (scene.server, scene.api)
            #expect(scene.elector.isLeader)
            #expect(server.spec?["holderIdentity"] == "one" && server.spec?["leaseDurationSeconds"] == 15)
            let first = server.spec?["renewTime"]
            _ = (await api.requests.next(), await api.requests.next())
            await scene.pass()
            _ = (await api.requests.next(), await api.requests.next())
            await scene.clock.waitForSleeper(.seconds(2))
            #expect(server.spec?["renewTime"] != first, "the time of day stands still, and yet it is another")
            run.cancel()
            await run.value
            #expect(await scene.log.next() == "stops")
            #expect(!scene.elector.isLeader && server.spec?["holderIdentity"] == nil)
        }
    }

    @Test func whoLosesTheLeaseStops() async throws {
        try await leading { scene, run in
            scene.server.steal()
            await scene.pass()
            #expect(await scene.log.next() == "stops")
            #expect(!scene.elector.isLeader)
            run.cancel()
            await run.value
            #expect(scene.server.spec?["holderIdentity"] == "thief", "what is another's is not given back")
        }
    }

    /// Who cannot renew stops before anybody else may lead.
    @Test func whoIsCutOffStops() async throws {
        try await leading { scene, _ in
            scene.server.setBroken(true)
            var elapsed = Duration.zero
            while scene.elector.isLeader {
                await scene.pass()
                elapsed += .seconds(2)
            }
            #expect(elapsed == .seconds(10))
            #expect(await scene.log.next() == "stops")
            scene.server.setBroken(false)
            await scene.pass()
            #expect(await scene.log.next() == "leads", "its own lease is taken up again")
        }
    }

    /// Requests that get no answer do not let anybody lead longer, however long they are waited for.
    @Test func whoGetsNoAnswerStops() async throws {
        let isMute = Gate()
        try await leading(respond: { if !isMute.isShut { $0.answer($1, $2) } }) { scene, _ in
            isMute.shut()
            _ = (await scene.api.requests.next(), await scene.api.requests.next())
            await scene.pass()
            _ = await scene.api.requests.next()
            await scene.clock.waitForSleeper(.seconds(8))
            #expect(scene.elector.isLeader)
            scene.clock.advance(by: .seconds(8))
            #expect(!scene.elector.isLeader)
            #expect(await scene.log.next() == "stops")
        }
    }

    @Test func theSecondWaitsAndFollows() async throws {
        try await leading { scene, first in
            let two = elector("two", scene.client)
            let second = Task {
                await two.run {
                    scene.log.put("two leads")
                    try? await ManualClock.untilCancelled()
                }
            }
            for _ in 0..<3 { _ = await scene.api.requests.next() }
            #expect(!two.isLeader)
            first.cancel()
            await first.value
            #expect(await scene.log.next() == "stops")
            let ticking = Task { await scene.clock.tick() }
            #expect(await scene.log.next() == "two leads")
            ticking.cancel()
            #expect(scene.server.spec?["leaseTransitions"] == 1)
            second.cancel()
            await second.value
        }
    }
}

/// Shut once and for good.
private final class Gate: Sendable {
    private let state = Atomic(false)

    var isShut: Bool { state.load(ordering: .acquiring) }

    func shut() { state.store(true, ordering: .releasing) }
}
