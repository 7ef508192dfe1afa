import Engine
import Routing
import Simulation
import TestSupport
import Testing

@Suite struct VirtualFleetTests {
    private static func device(_ name: String = "d", kvTokens: Int = 1 << 16, maximumSequences: Int = 16)
        -> DeviceProfile
    {
        var device = DeviceProfile(name: name, prefillTokensPerSecond: 1024, stepSeconds: 0.5, kvTokens: kvTokens)
        device.contextTokens = kvTokens
        device.maximumSequences = maximumSequences
        device.maximumWaiting = 4
        device.batchTokens = 2048
        return device
    }

    private static func request(
        _ arrival: Double, prompt: Int = 513, output: Int = 3, first: UInt64 = 0
    ) -> TraceRequest {
        let blocks = (0..<UInt64((prompt + 511) / 512)).map { first + $0 }
        return TraceRequest(arrival: arrival, promptTokens: prompt, outputTokens: output, blocks: blocks)
    }

    private func run(
        _ devices: [DeviceProfile], _ requests: [TraceRequest], options: VirtualFleet.Options = .init(),
        _ choose: @escaping (TraceRequest, [WorkerPicture]) -> Int? = { _, _ in 0 }
    ) -> [RequestOutcome] {
        var fleet = VirtualFleet(devices: devices, options: options)
        var gateway = PlainGateway(choose)
        return fleet.run(Trace(requests), through: &gateway)
    }

    @Test func aRequestTakesTheStepsOfItsDevice() {
        let outcomes = run([Self.device()], [Self.request(10)])
        // 513 tokens: a step and 512 tokens of prefill; then two decodes.
        #expect(outcomes[0].ttft == 1 && outcomes[0].endToEnd == 2 && outcomes[0].interToken == 0.5)
        #expect(outcomes[0].longestGap == 0.5 && outcomes[0].outputTokens == 3 && outcomes[0].worker == 0)
        #expect(outcomes[0].arrival == 10 && outcomes[0].dispatch == 10 && outcomes[0].cachedTokens == 0)
    }

    @Test func aPrefixThatWasComputedIsNotComputedAgain() {
        let outcomes = run([Self.device()], [Self.request(0, prompt: 1025), Self.request(9, prompt: 1025)])
        #expect(outcomes.map(\.cachedTokens) == [0, 1024])
        #expect(outcomes.map(\.ttft) == [1.5, 0.5])
    }

    @Test func aPrefixIsKnownOnlyWhereItWasComputed() {
        let requests = [Self.request(0, prompt: 1025), Self.request(9, prompt: 1025)]
        let outcomes = run([Self.device(), Self.device()], requests) { request, _ in request.number }
        #expect(outcomes.map(\.worker) == [0, 1] && outcomes.map(\.cachedTokens) == [0, 0])
    }

    @Test func aSlowerDeviceTakesLonger() {
        var options = VirtualFleet.Options()
        options.speedChanges = [.init(time: 5, worker: 0, speed: 0.25)]
        let requests = [Self.request(0), Self.request(10, first: 50)]
        #expect(run([Self.device()], requests, options: options).map(\.ttft) == [1, 4])
    }

    @Test func whatNobodyCanTakeIsRefusedAndHoldsUpNobody() {
        let requests = [Self.request(0, prompt: 1 << 16, first: 100), Self.request(0)]
        let outcomes = run([Self.device()], requests)
        #expect(outcomes[0].worker == nil && outcomes[0].outputTokens == 0)
        #expect(outcomes[1].ttft == 1)
        let report = FleetReport(outcomes)
        #expect(report.refused == 1 && report.requests == 2 && report.attainment == 0.5)
    }

    @Test func anAnswerEndsWithTheContext() {
        let outcomes = run([Self.device(kvTokens: 1024)], [Self.request(0, prompt: 1000, output: 500)])
        #expect(outcomes[0].outputTokens == 24)
    }

    @Test func aRequestWaitsUntilTheGatewayKnowsARoomyWorker() {
        let requests = (0..<3).map { Self.request(0, output: 10, first: UInt64($0) * 10) }
        let outcomes = run([Self.device()], requests) { _, pictures in pictures[0].inFlight == 0 ? 0 : nil }
        for (earlier, later) in zip(outcomes, outcomes.dropFirst()) { #expect(later.dispatch == earlier.last) }
        #expect(outcomes.allSatisfy { $0.outputTokens == 10 })
    }

    /// Until something ends, what a picture shows is what was sent, reported or not.
    @Test func picturesLoseNothing() {
        let requests = (0..<40).map { Self.request(Double($0) * 0.07, output: 200, first: UInt64($0) * 10) }
        var sent = [0, 0]
        var ages: [Double] = []
        var options = VirtualFleet.Options()
        options.reportInterval = 0.4
        var fleet = VirtualFleet(
            devices: [Self.device(maximumSequences: 64), Self.device(maximumSequences: 64)], options: options)
        var gateway = PlainGateway { request, pictures in
            for (picture, sent) in zip(pictures, sent) {
                #expect(picture.load.running + picture.load.waiting + picture.dispatched.sequences == sent)
                #expect(picture.inFlight == sent)
                if picture.load.steps > 0 { ages.append(picture.load.age) }
            }
            sent[request.number % 2] += 1
            return request.number % 2
        }
        _ = fleet.run(Trace(requests), through: &gateway)
        // Reports come no more often than they may, and a busy worker's at every step that is due.
        #expect(ages.contains { $0 > 0.3 } && ages.allSatisfy { $0 < 2.5 })
    }

    @Test func everyTokenComesAndTheSameTraceGivesTheSameOutcomes() {
        var generator = SeededGenerator(seed: 3)
        let requests = (0..<300).map { _ in
            Self.request(
                Double.random(in: 0..<60, using: &generator), prompt: Int.random(in: 1...6000, using: &generator),
                output: Int.random(in: 1...60, using: &generator),
                first: UInt64.random(in: 0..<20, using: &generator) * 100)
        }
        var small = Self.device("small", kvTokens: 8192, maximumSequences: 6)
        small.jitter = 0.2
        let devices = [small, Self.device("large"), small, Self.device("large")]
        let policy = StickyUntilSaturated()
        let all = (0..<2).map { _ in
            var fleet = VirtualFleet(devices: devices)
            var gateway = PolicyGateway(policy, devices: devices)
            return fleet.run(Trace(requests), through: &gateway)
        }
        #expect(all[0] == all[1])
        for (request, outcome) in zip(Trace(requests).requests, all[0]) {
            #expect(outcome.outputTokens == request.outputTokens)
            #expect(
                outcome.arrival <= outcome.dispatch && outcome.dispatch < outcome.first && outcome.first <= outcome.last
            )
        }
        #expect(all[0].contains { $0.cachedTokens > 0 })
        #expect(Set(all[0].map(\.worker)) == [0, 1, 2, 3])
    }

    /// The same work on the engine itself, under a clock that the device moves, takes the same steps.
    @Test func aVirtualWorkerStepsAsTheEngineDoes() async throws {
        var profile = DeviceProfile.test(kvTokens: 4096)
        profile.batchTokens = 100
        profile.maximumSequences = 5
        profile.secondsPerSequence = 0.001
        profile.secondsPerContextToken = 1e-5
        let sizes = [(37, 20), (150, 7), (512, 30), (5, 1), (300, 12), (80, 40), (64, 3), (200, 25)]
        let test = try await TestEngine(profile)
        let requests = sizes.enumerated().map { place, size in
            var request = EngineRequest(prompt: (0..<Int32(size.0)).map { (Int32(place) * 97 + $0) % 997 })
            request.sampling.temperature = 0
            request.maxTokens = size.1
            return request
        }
        _ = try await test.engine.answers(requests)
        let trace = sizes.enumerated().map { place, size in
            Self.request(0, prompt: size.0, output: size.1, first: UInt64(place) * 10)
        }
        var options = VirtualFleet.Options()
        options.blockTokens = 16
        let outcomes = run([profile], trace, options: options)
        let end = try #require(outcomes.map(\.last).max())
        #expect(abs(test.clock.now - end) < 1e-9)
        await test.engine.stop()
    }

    @Test func aReportSumsUp() {
        #expect(FleetReport.Distribution([]).percentile(50) == 0)
        let values = FleetReport.Distribution((1...10).map(Double.init).shuffled())
        #expect(values.percentile(50) == 5 && values.percentile(95) == 10 && values.percentile(0) == 1)
        #expect(values.percentile(100) == 10 && values.mean == 5.5)
        let outcomes = run([Self.device()], [Self.request(0), Self.request(100, prompt: 2, output: 1, first: 9)])
        let report = FleetReport(outcomes, objectives: .init(ttft: 0.9, interToken: 0.4))
        #expect(report.attainment == 0.5)  // the second's first token comes in time, and it has no other
        #expect(report.outputTokens == 4 && report.promptTokens == 515)
        #expect(abs(report.duration - (100.5 + 1.0 / 1024)) < 1e-9)
        #expect(report.ttft.percentile(50) == 0.5 + 1.0 / 1024)
        #expect(FleetReport(outcomes).attainment == 1)
    }
}
