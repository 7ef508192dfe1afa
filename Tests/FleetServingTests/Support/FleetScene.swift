import Foundation
import Ledger
import Synchronization
import TestSupport

/// The workers and gateways of one test, and the ledger that they share: a folder with a SQLite file unless the test
/// brings a database. All of it is gone when the test is over.
final class FleetScene: Sendable {
    let folder: URL
    let database: DatabaseLocation
    private let endings = Mutex<[@Sendable () async -> Void]>([])

    private init(folder: URL, database: DatabaseLocation) {
        self.folder = folder
        self.database = database
    }

    static func run(
        on database: DatabaseLocation? = nil, _ test: @Sendable (FleetScene) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fleet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let place = try database ?? DatabaseLocation(folder.appendingPathComponent("ledger.db").path)
        let scene = FleetScene(folder: folder, database: place)
        do {
            try await scene.setPrices()
            try await test(scene)
        } catch {
            await scene.end()
            throw error
        }
        await scene.end()
    }

    /// Has something done when the test is over; the last first.
    func atEnd(_ ending: @escaping @Sendable () async -> Void) { endings.withLock { $0.append(ending) } }

    private func end() async {
        for ending in endings.withLock({ $0.reversed() }) { await ending() }
    }

    // MARK: Who serves

    func worker(_ setting: TestWorker.Setting = TestWorker.Setting()) async throws -> TestWorker {
        let worker = try await TestWorker.start(setting)
        atEnd { await worker.kill() }
        return worker
    }

    /// - Parameter ready: workers that it must have found before it is used; nil: all.
    func gateway(
        _ workers: [String], ready: Int? = nil, _ change: (inout TestGateway.Setting) -> Void = { _ in }
    ) async throws -> TestGateway {
        var setting = TestGateway.Setting(database: database)
        change(&setting)
        let gateway = try await TestGateway.start(workers, setting, ready: ready ?? workers.count)
        atEnd { await gateway.kill() }
        return gateway
    }

    func proxy(
        to worker: TestWorker, rewriting: [FaultyProxy.Rewriting] = [],
        fault: @escaping @Sendable (Int) -> FaultyProxy.Fault = { _ in .none }
    ) async throws -> FaultyProxy {
        let proxy = try await FaultyProxy.start(to: worker.port, rewriting: rewriting, fault: fault)
        atEnd { await proxy.stop() }
        return proxy
    }

    // MARK: Money

    /// The ledger as another process sees it.
    func withLedger<Result: Sendable>(_ body: (Ledger) async throws -> Result) async throws -> Result {
        let ledger = try await Ledger(database: database.open(StoreDeadlines(write: .seconds(60)))) {
            Int64(Date.now.timeIntervalSince1970 * 1000)
        }
        do {
            let result = try await body(ledger)
            await ledger.close()
            return result
        } catch {
            await ledger.close()
            throw error
        }
    }

    private func setPrices() async throws {
        try await withLedger { ledger in
            _ = try await ledger.setPrice(
                model: TestWorker.model, tier: .standard,
                base: try .perMillion(input: "0.15", cached: "0.075", output: "0.6"))
        }
    }
}
