import JSON
import Ledger
import PrivatePostgreSQL
import Simulation
import Testing

extension FleetServing {
    /// Two gateways on one database and the same workers learn the same, and count everything once.
    @Suite(.enabled(if: PrivatePostgreSQL.isAvailable), .timeLimit(.minutes(10))) struct TwoGatewaysTests {
        private static func database() async throws -> DatabaseLocation {
            let server = try await PrivatePostgreSQL.shared()
            return try DatabaseLocation(server.url(of: try await server.makeDatabase()))
        }

        /// A device for which a cached prefix is worth a detour: 800 tokens take 0.1 s to compute.
        private static let slowToRead: DeviceProfile = {
            var profile = DeviceProfile.answering
            profile.prefillTokensPerSecond = 8000
            profile.stepSeconds = 1e-3
            return profile
        }()

        /// What one gateway had computed somewhere the other finds there, from the workers' reports alone.
        @Test func whatOneGatewayHadComputedTheOtherFinds() async throws {
            try await FleetScene.run(on: try await Self.database()) { scene in
                let setting = TestWorker.Setting(profile: Self.slowToRead, clock: SystemDeviceClock())
                var workers: [String] = []
                for _ in 0..<3 { workers.append(try await scene.worker(setting).url) }
                let gateways = [try await scene.gateway(workers), try await scene.gateway(workers)]
                var numFound = 0
                let count = 12
                for number in 0..<count {
                    let prompt = (0..<800).map { JSON.int(300 + ($0 * (number + 1)) % 600) }
                    let body = whole(completion("", tokens: 2, [("prompt", .array(prompt))]))
                    let first = try await gateways[number % 2].api.post(completions, body)
                    let second = try await gateways[1 - number % 2].api.post(completions, body)
                    #expect(first.status == 200 && second.status == 200)
                    let places = [
                        try await scene.trace(first.generationID), try await scene.trace(second.generationID),
                    ].map { $0.lines.first?.segment }
                    if places[0]?.worker == places[1]?.worker, let cached = places[1]?.cachedTokens, cached >= 700 {
                        numFound += 1
                    }
                }
                // By chance it would be four of twelve; now and then another worker is tried on purpose.
                #expect(numFound >= 9, "\(numFound) of \(count)")
            }
        }

        /// Both under load at once, and a worker drained in the middle of it: every answer is right and counted once.
        @Test func nothingIsLostOrCountedTwice() async throws {
            try await FleetScene.run(on: try await Self.database()) { scene in
                var workers: [TestWorker] = []
                let gate = StepGate(allowing: 40)
                for number in 0..<3 {
                    workers.append(try await scene.worker(.init(clock: number == 0 ? gate : StepGate())))
                }
                let gateways = [
                    try await scene.gateway(workers.map(\.url)), try await scene.gateway(workers.map(\.url)),
                ]
                let given = try await withThrowingTaskGroup(of: Transcript.self) { group in
                    for number in 0..<80 {
                        group.addTask {
                            let request = completion(
                                "two \(number)", tokens: 20 + number % 40, [("seed", .int(number))])
                            let transcript = try await gateways[number % 2].api.transcript(completions, request)
                            #expect(transcript == (try await BareWorker.transcript(completions, request)))
                            return transcript
                        }
                    }
                    try await eventually { await workers[0].numSequences > 0 }
                    try await workers[0].stop()
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                try await scene.expectCharges(given)
                // Both see the same fleet.
                for gateway in gateways {
                    try await eventually {
                        gateway.metric("gleaner:workers", "ready") == 2
                            && gateway.metric("gleaner:workers", "away") == 1
                    }
                }
            }
        }
    }
}
