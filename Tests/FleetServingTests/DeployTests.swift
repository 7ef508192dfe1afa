import JSON
import Simulation
import Synchronization
import Testing

extension FleetServing {
    /// A deploy replaces every process while clients go on asking; none of them notices.
    @Suite(.timeLimit(.minutes(10))) struct DeployTests {
        /// Where new requests go, as a load balancer knows it.
        private final class Front: Sendable {
            private let state: Mutex<(api: APIClient, isClosed: Bool)>

            init(_ api: APIClient) { state = Mutex((api, false)) }

            var api: APIClient { state.withLock { $0.api } }

            /// Whether clients ask no more.
            var isClosed: Bool { state.withLock { $0.isClosed } }

            func turn(to api: APIClient) { state.withLock { $0.api = api } }

            func close() { state.withLock { $0.isClosed = true } }

            /// One answer. What a gateway that drains refuses before it has begun is asked of the next, as a balancer does.
            func transcript(_ body: JSON) async throws -> Transcript {
                let first = api
                do { return try await first.transcript(completions, body) } catch {
                    guard case .some(503) = (error as? Refused)?.status, api.base != first.base else { throw error }
                    return try await api.transcript(completions, body)
                }
            }
        }

        @Test func noRequestFailsWhileEverythingIsReplaced() async throws {
            try await FleetScene.run { scene in
                var profile = DeviceProfile.answering
                profile.stepSeconds = 2e-3
                // So that it pays to use all of them.
                profile.secondsPerSequence = 1e-3
                let setting = TestWorker.Setting(profile: profile, clock: SystemDeviceClock())
                var workers: [TestWorker] = []
                for _ in 0..<3 { workers.append(try await scene.worker(setting)) }
                var places: [FaultyProxy] = []
                for worker in workers { places.append(try await scene.proxy(to: worker)) }
                let urls = places.map(\.url)
                let old = try await scene.gateway(urls)
                let front = Front(old.api)
                let given = try await withThrowingTaskGroup(of: [Transcript].self) { group in
                    for client in 0..<6 {
                        group.addTask {
                            var given: [Transcript] = []
                            while !front.isClosed {
                                let request = completion("deploy \(client)", tokens: 60, [("seed", .int(given.count))])
                                let transcript = try await front.transcript(request)
                                #expect(transcript == (try await BareWorker.transcript(completions, request)))
                                given.append(transcript)
                            }
                            return given
                        }
                    }
                    // One worker after the other, while it works; then the gateway.
                    for (worker, place) in zip(workers, places) {
                        try await eventually { await worker.numSequences > 0 }
                        try await worker.stop()
                        let successor = try await scene.worker(setting)
                        place.turn(to: successor)
                        try await eventually { await successor.numSequences > 0 }
                    }
                    let new = try await scene.gateway(urls)
                    front.turn(to: new.api)
                    try await old.stop()
                    try await eventually { new.numRunning > 0 }
                    front.close()
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                #expect(given.allSatisfy(\.isComplete) && given.count > 6)
                #expect(old.metric("gleaner:moves_total", "draining") > 0)
                try await scene.expectCharges(given)
            }
        }
    }
}
