import AsyncHTTPClient
import CoreMetrics
import Engine
import Foundation
import JSON
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import Yielding

/// From signals to a worker that stands still, and back.
@Suite(.timeLimit(.minutes(10))) struct DeskTests {
    /// Remembers what it was asked for.
    private final class FakeWorker: YieldingWorker {
        enum Call: Equatable { case pause(releasingMemory: Bool), resume }
        private let state = Mutex<[Call]>([])
        var calls: [Call] { state.withLock { $0 } }
        /// Whether it stands still.
        var isPaused: Bool { calls.last.map { $0 != .resume } ?? false }

        func pause(releasingMemory: Bool, reason: String) async -> ReclaimTimes? {
            await Task.yield()
            state.withLock { $0.append(.pause(releasingMemory: releasingMemory)) }
            return ReclaimTimes(idleSeconds: 0.002, memorySeconds: releasingMemory ? 0.05 : nil)
        }

        func resume() { state.withLock { $0.append(.resume) } }
    }

    private struct Setup {
        let worker = FakeWorker()
        let desk: YieldDesk
        let time: Time

        init(alwaysReleasesMemory: Bool = false) {
            let time = Time()
            self.time = time
            var log = Logger(label: "test")
            log.logLevel = .critical
            desk = YieldDesk(
                worker: worker, limits: .init(threads: 4), alwaysReleasesMemory: alwaysReleasesMemory,
                metrics: NOOPMetricsHandler.instance, log: log, now: { time.seconds })
        }
    }

    private final class Time: Sendable {
        private let value = Mutex(0.0)
        var seconds: Double { value.withLock { $0 } }
        func pass(_ seconds: Double) { value.withLock { $0 += seconds } }
    }

    @Test func anOrderIsCarriedOutWhenItReturns() async {
        let setup = Setup()
        let first = await setup.desk.order(releasingMemory: false, seconds: nil)
        #expect(first.isYielding && first.signal == .order && first.timesText == "compute idle after 2.0 ms")
        // The memory as well, now; what stood already is not told twice.
        let second = await setup.desk.order(releasingMemory: true, seconds: nil)
        #expect(second.times == ReclaimTimes(idleSeconds: 0.002, memorySeconds: 0.05) && second.residentBytes != nil)
        _ = await setup.desk.order(releasingMemory: true, seconds: nil)
        #expect(setup.worker.calls == [.pause(releasingMemory: false), .pause(releasingMemory: true)])
        let third = await setup.desk.resume()
        #expect(!third.isYielding && third.times == second.times && setup.worker.calls.last == .resume)
        _ = await setup.desk.resume()
        #expect(setup.worker.calls.count == 3)
    }

    @Test func anOrderEndsWithItsTime() async {
        let setup = Setup()
        _ = await setup.desk.order(releasingMemory: false, seconds: 60)
        setup.time.pass(59)
        await setup.desk.reconsider()
        #expect(setup.worker.isPaused)
        setup.time.pass(2)
        await setup.desk.reconsider()
        #expect(!setup.worker.isPaused)
    }

    @Test func signalsHoldWhatAnOrderLetsGo() async {
        let setup = Setup(alwaysReleasesMemory: true)
        await setup.desk.see(.command, "the job runs")
        _ = await setup.desk.order(releasingMemory: false, seconds: nil)
        let status = await setup.desk.resume()
        #expect(status.isYielding && status.signal == .command && status.reason == "the job runs")
        await setup.desk.see(.command, nil)
        #expect(await setup.desk.status.isResting)
        setup.time.pass(10)
        await setup.desk.reconsider()
        #expect(await !setup.desk.status.isYielding)
        #expect(setup.worker.calls == [.pause(releasingMemory: true), .resume])
    }

    /// Whatever comes while something is carried out, in whichever order: in the end the worker does what was said last.
    @Test(arguments: 0..<20) func theLastWordHolds(_ seed: Int) async {
        let setup = Setup()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    switch (number * 7 + seed) % 5 {
                    case 0: _ = await setup.desk.order(releasingMemory: number % 2 == 0, seconds: nil)
                    case 1: _ = await setup.desk.resume()
                    case 2: await setup.desk.reconsider()
                    default: _ = await setup.desk.order(releasingMemory: false, seconds: 1)
                    }
                }
            }
        }
        let isOrdered = seed % 2 == 0
        let status =
            isOrdered
            ? await setup.desk.order(releasingMemory: true, seconds: nil) : await setup.desk.resume()
        #expect(status.isYielding == isOrdered && setup.worker.isPaused == isOrdered)
        // It is never told to go on that goes on.
        var wasPaused = false
        for call in setup.worker.calls {
            #expect(wasPaused || call != .resume)
            wasPaused = call != .resume
        }
    }

    // MARK: The socket

    @Test func ordersComeThroughTheSocket() async throws {
        let setup = Setup()
        let home = FileManager.default.temporaryDirectory.appendingPathComponent("yd-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: home) }
        let folder = ControlFolder(home: home.path)
        var log = Logger(label: "test")
        log.logLevel = .critical
        let server = ControlServer(desk: setup.desk, folder: folder, log: log) { "http://127.0.0.1:8080" }
        let group = ServiceGroup(configuration: .init(services: [server], logger: log))
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: ControlClient.configuration)
        let client = ControlClient(http: http)
        async let running: Void = group.run()
        while folder.sockets().isEmpty { await Task.yield() }
        let socket = try #require(folder.sockets().first)
        #expect(try FileManager.default.attributesOfItem(atPath: folder.path)[.posixPermissions] as? Int == 0o700)
        // The file is there before anybody listens.
        var answer: ControlAnswer?
        while answer == nil { answer = try? await client.send(.status, to: socket) }
        #expect(answer?.address == "http://127.0.0.1:8080" && answer?.status == YieldStatus())
        let yielded = try await client.send(.yield(releasesMemory: true, seconds: 600), to: socket)
        #expect(yielded.status.isYielding && yielded.status.times?.memorySeconds == 0.05)
        #expect(setup.worker.calls == [.pause(releasingMemory: true)])
        let resumed = try await client.send(.resume, to: socket)
        #expect(!resumed.status.isYielding && !setup.worker.isPaused)
        await #expect(throws: ControlError.self) {
            try await client.send(.yield(releasesMemory: true, seconds: -1), to: socket)
        }
        #expect(!setup.worker.isPaused)
        await group.triggerGracefulShutdown()
        try await running
        #expect(folder.sockets().isEmpty)
        // What a dead process leaves behind is nobody.
        let dead = folder.path + "/1.sock"
        await #expect(throws: ControlError.nobody) { try await client.send(.status, to: dead) }
        try await http.shutdown()
    }

    @Test func aFolderThatCannotBeUsedIsNamed() throws {
        let long = "/tmp/" + String(repeating: "x", count: 100)
        #expect(throws: ControlError.self) { try ControlFolder(home: long).prepare() }
        #expect(throws: ControlError.self) { try ControlFolder(home: "/proc").prepare() }
    }

    @Test func aStatusIsReadAsItWasWritten() throws {
        var status = YieldStatus()
        #expect(YieldStatus(status.json) == status)
        status.isYielding = true
        (status.signal, status.reason, status.isResting) = (.accelerator, "process 1 \"x\"", true)
        status.times = ReclaimTimes(idleSeconds: 0.0123, memorySeconds: 0.25)
        status.residentBytes = (3 << 20, 1 << 20)
        #expect(YieldStatus(status.json) == status)
        #expect(status.timesText == "compute idle after 12 ms, memory back after 250 ms (2 MiB less)")
        #expect(YieldStatus(["yielding": 3]) == nil)
    }
}
