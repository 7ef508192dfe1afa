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

    private func elector(_ identity: String, _ client: KubernetesClient) -> LeaderElector {
        LeaderElector("gleaner", in: "ns", identity: identity, client: client)
    }

    /// Leads until told otherwise, and says when it begins and ends.
    private static func lead(_ log: Inbox<String>) -> @Sendable () async -> Void {
        return {
            log.put("leads")
            try? await ManualClock().sleep(for: .seconds(1))
            log.put("stops")
        }
    }

    @Test func testOneLeadsRenewsAndGivesBack() async throws {
        let (server, clock, log) = (LeaseServer(), ManualClock(), Inbox<String>())
        try await LoopbackAPI.run {
            server.answer($0, $1)
        } _: { api in
            try await withClient(of: api, time: .manual(clock)) { client in
                let elector = elector("one", client)
                let run = Task { await elector.run(Self.lead(log)) }
                #expect(await log.next() == "leads")
                #expect(elector.isLeader)
                #expect(server.spec?["holderIdentity"] == "one" && server.spec?["leaseDurationSeconds"] == 15)
                let first = server.spec?["renewTime"]
                _ = (await api.requests.next(), await api.requests.next())
                await clock.waitForSleeper(.seconds(2))
                clock.advance(by: .seconds(2))
                _ = (await api.requests.next(), await api.requests.next())
                await clock.waitForSleeper(.seconds(2))
                #expect(server.spec?["renewTime"] != first, "the time of day stands still, and yet it is another")
                run.cancel()
                await run.value
                #expect(await log.next() == "stops")
                #expect(!elector.isLeader && server.spec?["holderIdentity"] == nil)
            }
        }
    }

    @Test func testWhoLosesTheLeaseStops() async throws {
        let (server, clock, log) = (LeaseServer(), ManualClock(), Inbox<String>())
        try await LoopbackAPI.run {
            server.answer($0, $1)
        } _: { api in
            try await withClient(of: api, time: .manual(clock)) { client in
                let elector = elector("one", client)
                let run = Task { await elector.run(Self.lead(log)) }
                #expect(await log.next() == "leads")
                server.steal()
                await clock.waitForSleeper(.seconds(2))
                clock.advance(by: .seconds(2))
                #expect(await log.next() == "stops")
                #expect(!elector.isLeader)
                run.cancel()
                await run.value
                #expect(server.spec?["holderIdentity"] == "thief", "what is another's is not given back")
            }
        }
    }

    /// Who cannot renew stops before anybody else may lead.
    @Test func testWhoIsCutOffStops() async throws {
        let (server, clock, log) = (LeaseServer(), ManualClock(), Inbox<String>())
        try await LoopbackAPI.run {
            server.answer($0, $1)
        } _: { api in
            try await withClient(of: api, time: .manual(clock)) { client in
                let elector = elector("one", client)
                let run = Task { await elector.run(Self.lead(log)) }
                #expect(await log.next() == "leads")
                server.setBroken(true)
                var elapsed = Duration.zero
                while elector.isLeader {
                    await clock.waitForSleeper(.seconds(2))
                    clock.advance(by: .seconds(2))
                    elapsed += .seconds(2)
                }
                #expect(elapsed == .seconds(10))
                #expect(await log.next() == "stops")
                server.setBroken(false)
                await clock.waitForSleeper(.seconds(2))
                clock.advance(by: .seconds(2))
                #expect(await log.next() == "leads", "its own lease is taken up again")
                run.cancel()
                await run.value
            }
        }
    }

    /// Requests that get no answer do not let anybody lead longer, however long they are waited for.
    @Test func testWhoGetsNoAnswerStops() async throws {
        let (server, clock, log) = (LeaseServer(), ManualClock(), Inbox<String>())
        let isMute = Mutex(false)
        try await LoopbackAPI.run { request, answer in
            if !isMute.withLock({ $0 }) { server.answer(request, answer) }
        } _: { api in
            try await withClient(of: api, time: .manual(clock)) { client in
                let elector = elector("one", client)
                let run = Task { await elector.run(Self.lead(log)) }
                #expect(await log.next() == "leads")
                isMute.withLock { $0 = true }
                _ = (await api.requests.next(), await api.requests.next())
                await clock.waitForSleeper(.seconds(2))
                clock.advance(by: .seconds(2))
                _ = await api.requests.next()
                await clock.waitForSleeper(.seconds(8))
                #expect(elector.isLeader)
                clock.advance(by: .seconds(8))
                #expect(!elector.isLeader)
                #expect(await log.next() == "stops")
                run.cancel()
                await run.value
            }
        }
    }

    @Test func testTheSecondWaitsAndFollows() async throws {
        let (server, clock, log) = (LeaseServer(), ManualClock(), Inbox<String>())
        try await LoopbackAPI.run {
            server.answer($0, $1)
        } _: { api in
            try await withClient(of: api, time: .manual(clock)) { client in
                let (one, two) = (elector("one", client), elector("two", client))
                let first = Task { await one.run(Self.lead(log)) }
                #expect(await log.next() == "leads")
                let second = Task {
                    await two.run {
                        log.put("two leads")
                        try? await ManualClock().sleep(for: .seconds(1))
                    }
                }
                for _ in 0..<3 { _ = await api.requests.next() }
                #expect(!two.isLeader)
                first.cancel()
                await first.value
                #expect(await log.next() == "stops")
                let ticking = Task { await clock.tick() }
                #expect(await log.next() == "two leads")
                ticking.cancel()
                #expect(server.spec?["leaseTransitions"] == 1)
                second.cancel()
                await second.value
            }
        }
    }
}
