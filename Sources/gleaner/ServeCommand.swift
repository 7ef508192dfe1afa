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
import WebServer

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
        for name in ServerOptions.unknownVariables(in: environment) {
            log.warning("\(name) is not an option; see docs/configuration.md")
        }
        let location = try LedgerPlace.location(options.database, environment: environment)
        let ledger = try await Ledger(database: location.open(), nowMs: WallClock.nowMs)
        do {
            try await serve(options, ledger: ledger, log: log)
        } catch {
            await ledger.close()
            throw error
        }
        await ledger.close()
    }

    private func serve(_ options: ServerOptions, ledger: Ledger, log: Logger) async throws {
        let configuration = GatewayConfiguration(options)
        let directory = try await ledger.directory()
        try ServeError.check(directory, configuration)
        let registry = PrometheusRegistry()
        let path = try ModelLocation.resolve(options.requiredModel())
        let served = try ServedModel.load(ModelOptions(options, path: path), metrics: registry, log: log)
        if !configuration.isLoopback {
            for name in FreeModels.among([served.card.id], directory.prices, nowMs: WallClock.nowMs()) {
                log.warning("\(FreeModels.warning(name))")
            }
        }
        let worker = NodeWorker(models: [served])
        let server = GatewayServer(
            worker: worker, ledger: ledger, configuration: configuration, registry: registry, logger: log)
        do {
            try await run(server, model: served.card.id, options: options, log: log)
        } catch {
            await worker.stop()
            throw error
        }
        await worker.stop()
    }

    private func makeLog(_ options: ServerOptions) -> Logger {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var log = Logger(label: "gleaner")
        log.logLevel = Logger.Level(rawValue: options.logLevel.rawValue) ?? .info
        return log
    }

    private func run(_ server: GatewayServer, model: String, options: ServerOptions, log: Logger) async throws {
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
    case unknownPool(String)

    /// - Throws: where strangers could reach the server and nobody has a key, or nobody would earn with it.
    static func check(_ directory: Directory, _ configuration: GatewayConfiguration) throws(ServeError) {
        guard configuration.isLoopback || !directory.keys.isEmpty else { throw .noKeys(host: configuration.host) }
        guard directory.pools[configuration.pool] != nil else { throw .unknownPool(configuration.pool) }
    }

    var description: String {
        switch self {
        case .noKeys(let host):
            """
            \(host) can be reached from other machines, and there is no API key yet. Make a tenant and a key first:
              gleaner tenants add acme --credit-limit unlimited
              gleaner keys create --tenant acme
            or listen on 127.0.0.1, where none is needed.
            """
        case .unknownPool(let pool):
            """
            There is no pool '\(pool.prefix(80))' in the ledger. Say first who operates it and what the operator's share is:
              gleaner pools set \(Tenant.isID(pool) ? pool : "POOL") --operator OPERATOR --share 80%
            'gleaner pools list' shows which there are; without --pool the machine belongs to 'local'.
            """
        }
    }
}

extension ModelOptions {
    /// - Parameter path: where the model that `options` names lies.
    fileprivate init(_ options: ServerOptions, path: String) throws {
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
    fileprivate init(_ options: ServerOptions) {
        self.init(host: options.host, port: options.port)
        pool = options.pool
        limits.drainDeadline = .seconds(options.drainTimeout ?? ServerRole.serve.drainTimeout)
    }
}
