import JSON
import Kubernetes
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing
import WebTestSupport

@Suite(.timeLimit(.minutes(10))) struct WaitingTests {
    private static let limits: ClientLimits = {
        var limits = ClientLimits()
        limits.request = .seconds(15)
        limits.silence = .seconds(90)
        return limits
    }()

    @Test func aRequestHasADeadline() async throws {
        let clock = ManualClock()
        let error = try await LoopbackAPI.run { _, answer in
            answer.begin()
        } _: { api in
            try await withClient(of: api, time: .manual(clock), limits: Self.limits) { client in
                async let error = failure { () throws(KubernetesError) in try await client.get(.pods, "p", in: "n") }
                _ = await api.requests.next()
                await clock.waitForSleeper(.seconds(15))
                clock.advance(by: .seconds(15))
                return await error
            }
        }
        #expect(error == .late("an answer to GET /api/v1/namespaces/n/pods/p", limit: .seconds(15)))
    }

    @Test func aSilentWatchEnds() async throws {
        let (clock, heard) = (ManualClock(), Inbox<Int>())
        let error = try await LoopbackAPI.run { _, answer in
            answer.begin()
            answer.chunk(["type": "ADDED", "object": Sample.json("a")])
        } _: { api in
            try await withClient(of: api, time: .manual(clock), limits: Self.limits) { client in
                async let error = failure { () throws(KubernetesError) in
                    try await client.watch(.genericPods, from: "1", seconds: 300) { heard.put($0.count) }
                }
                #expect(await heard.next() == 0)
                #expect(await heard.next() == 1)
                // The first look finds the event, the next two find nothing.
                for _ in 0..<3 {
                    await clock.waitForSleeper(.seconds(45))
                    clock.advance(by: .seconds(45))
                }
                return await error
            }
        }
        #expect(error == .late("a word", limit: .seconds(90)))
    }

    @Test func aCancelledWatchEndsAtOnce() async throws {
        let heard = Inbox<Int>()
        let error = try await LoopbackAPI.run { _, answer in
            answer.begin()
        } _: { api in
            try await withClient(of: api) { client in
                let watch = Task {
                    await failure { () throws(KubernetesError) in
                        try await client.watch(.genericPods, from: "1", seconds: 300) { heard.put($0.count) }
                    }
                }
                _ = await heard.next()
                watch.cancel()
                return await watch.value
            }
        }
        #expect(error == .cancelled)
    }

    @Test func nobodyThereIsSaidAtOnce() async throws {
        // A port that was just given back.
        let port = try await LoopbackAPI.run { _, answer in
            answer.cut()
        } _: {
            $0.port
        }
        let access = ClusterAccess(try ServerAddress("http://127.0.0.1:\(port)"), origin: "the test")
        let error = try await withClient(access) { client in
            await failure { () throws(KubernetesError) in try await client.get(.pods, "p", in: "n") }
        }
        #expect(error?.description.contains("connection refused") == true && error?.isTransient == true)
    }

    @Test func aBrokenConnectionIsTriedOnceMoreWhereItCannotMatter() async throws {
        let count = Mutex(0)
        try await LoopbackAPI.run { _, answer in
            let number = count.withLock { count in
                count += 1
                return count
            }
            if number == 1 || number == 3 { answer.cut() } else { answer.send(200, Sample.json("a")) }
        } _: { api in
            try await withClient(of: api) { client in
                let object = try await client.get(.genericPods, "a", in: "n")
                #expect(object.metadata.name == "a")
                let error = await failure { () throws(KubernetesError) in
                    try await client.create(.genericPods, [:], in: "n")
                }
                guard case .unreachable = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
            }
        }
        #expect(count.withLock { $0 } == 3)
    }

    @Test func manyWatchesLeaveRoomForRequests() async throws {
        let opened = Inbox<Int>()
        try await LoopbackAPI.run { request, answer in
            request.isWatch ? answer.begin() : answer.send(200, Sample.json("a"))
        } _: { api in
            try await withClient(of: api) { client in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<20 {
                        group.addTask {
                            _ = await failure { () throws(KubernetesError) in
                                try await client.watch(.genericPods, from: "1", seconds: 300) { opened.put($0.count) }
                            }
                        }
                    }
                    for _ in 0..<20 { _ = await opened.next() }
                    _ = try await client.get(.genericPods, "a", in: "n")
                    group.cancelAll()
                }
            }
        }
    }

    /// A redirect would take the token elsewhere.
    @Test func redirectsAreNotFollowed() async throws {
        let error = try await LoopbackAPI.run { _, answer in
            answer.send(302, headers: [("location", "http://127.0.0.1:9/")], [])
        } _: { api in
            try await withClient(of: api) { client in
                await failure { () throws(KubernetesError) in try await client.get(.pods, "p", in: "n") }
            }
        }
        #expect(error?.status?.code == 302)
    }
}
