import ArgumentParser
import Engine
import Foundation
import Gateway
import Ledger
import Logging
import Models
import Node
import OpenAI
import Options
import ServiceLifecycle
import UnixSignals

/// `gleaner serve`: everything in one process on one machine.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve a model over the OpenAI API.",
        discussion: """
            Prints the address, a curl line and an OpenAI-SDK snippet when it is ready.

              gleaner serve Demo/gleaner-demo-q8_0.gguf
              gleaner serve Qwen2.5-0.5B-Instruct-GGUF --port 9000 --kv-memory 4GiB
              GLEANER_PORT=9000 gleaner serve --config gleaner.yaml

            A flag wins over its environment variable, and that over the file. SIGTERM and Ctrl-C let running \
            streams finish first.
            """)

    @OptionGroup var flags: ServeFlags

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let options = try flags.resolve(environment: environment)
        let log = makeLog(options)
        for name in ServeOptions.unknownVariables(in: environment) {
            log.warning("\(name) is not an option; see docs/configuration.md")
        }
        let configuration = GatewayConfiguration(options)
        let ledger = try await openLedger(options, isLoopback: configuration.isLoopback, environment)
        let registry = PrometheusRegistry()
        let path = try ModelLocation.resolve(options.requiredModel())
        let served = try ServedModel.load(ModelOptions(options, path: path), metrics: registry, log: log)
        let worker = NodeWorker(models: [served])
        let server = GatewayServer(
            worker: worker, ledger: ledger, configuration: configuration, registry: registry, logger: log)
        try await serve(server, model: served.card.id, options: options, log: log)
        await worker.stop()
        await ledger.close()
    }

    private func makeLog(_ options: ServeOptions) -> Logger {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var log = Logger(label: "gleaner")
        log.logLevel = Logger.Level(rawValue: options.logLevel.rawValue) ?? .info
        return log
    }

    /// - Throws: `ServeError` where strangers could reach the server and nobody has a key.
    private func openLedger(
        _ options: ServeOptions, isLoopback: Bool, _ environment: [String: String]
    ) async throws -> Ledger {
        let location = try LedgerPlace.location(options.database, environment: environment)
        let ledger = try await Ledger(database: location.open(), nowMs: WallClock.nowMs)
        guard !isLoopback, try await ledger.directory().keys.isEmpty else { return ledger }
        await ledger.close()
        throw ServeError.noKeys(host: options.host)
    }

    private func serve(_ server: GatewayServer, model: String, options: ServeOptions, log: Logger) async throws {
        let group = ServiceGroup(
            configuration: .init(services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
        async let running: Void = group.run()
        let port = try await server.boundPort
        TerminalOutput.write(Greeting(host: options.host, port: port, model: model).text)
        try await running
    }
}

/// Why a server does not start.
private enum ServeError: Error, CustomStringConvertible {
    case noKeys(host: String)

    var description: String {
        switch self {
        case .noKeys(let host):
            """
            \(host) can be reached from other machines, and there is no API key yet. Make a tenant and a key first:
              gleaner tenants add acme --credit-limit unlimited
              gleaner keys create --tenant acme
            or listen on 127.0.0.1, where none is needed.
            """
        }
    }
}

extension ModelOptions {
    /// - Parameter path: where the model that `options` names lies.
    fileprivate init(_ options: ServeOptions, path: String) throws {
        self.init(path: path)
        name = options.name
        threads = options.threads
        contextTokens = options.contextLength
        kvBytes = options.kvMemory
        kvType = KVType(rawValue: options.kvType.rawValue)  // auto is nil
        chatTemplate = try options.chatTemplate.map { try String(contentsOfFile: $0, encoding: .utf8) }
        engine.limits = .init(batchTokens: options.maxBatchTokens, sequences: options.maxSequences)
        engine.waitingLimit = options.maxWaiting
    }
}

extension GatewayConfiguration {
    fileprivate init(_ options: ServeOptions) {
        self.init(host: options.host, port: options.port)
        limits.drainDeadline = .seconds(options.drainTimeout)
    }
}
