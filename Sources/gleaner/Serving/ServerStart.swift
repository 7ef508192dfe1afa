import CoreMetrics
import Foundation
import Ledger
import Logging
import Node
import Options
import ServiceLifecycle
import UnixSignals

/// What the commands that serve begin with: their options, their log, and the way they run and stop.
struct ServerStart {
    let options: ServerOptions
    let log: Logger
    private let environment: [String: String]

    /// - Throws: `OptionError`.
    init(_ flags: some ServerFlags) throws {
        environment = ProcessInfo.processInfo.environment
        options = try flags.resolve(environment: environment)
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var log = Logger(label: "gleaner")
        log.logLevel = Logger.Level(rawValue: options.logLevel.rawValue) ?? .info
        self.log = log
        for name in ServerOptions.unknownVariables(in: environment) {
            log.warning("\(name) is not an option; see docs/configuration.md")
        }
    }

    /// Opens the ledger, making it if there is none, and closes it on every way out.
    func withLedger(_ body: (Ledger) async throws -> Void) async throws {
        let location = try LedgerPlace.location(options.database, environment: environment)
        let ledger = try await Ledger(database: location.open(), nowMs: WallClock.nowMs)
        do {
            try await body(ledger)
        } catch {
            await ledger.close()
            throw error
        }
        await ledger.close()
    }

    /// Loads the model that the options name.
    func loadModel(metrics: any MetricsFactory) throws -> ServedModel {
        let path = try ModelLocation.resolve(options.requiredModel())
        return try ServedModel.load(ModelOptions(options, path: path), metrics: metrics, log: log)
    }

    /// Runs services until the process is told to stop; the last of them stops first.
    /// - Parameter greeting: waits until all is ready and says so.
    func run(_ services: [any Service], greeting: () async throws -> String) async throws {
        let group = ServiceGroup(
            configuration: .init(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
        async let running: Void = group.run()
        TerminalOutput.write(try await greeting())
        try await running
    }
}
