import AsyncHTTPClient
import Fleet
import Foundation
import Options
import Supervision
import WebServer
import WorkerAPI

extension WorkerCommand {
    /// Runs another engine as a child, and passes its interface on to gateways.
    ///
    /// - Parameter line: the engine's command.
    func serveEngine(
        _ line: String, _ start: ServerStart, _ configuration: WorkerConfiguration, _ registry: PrometheusRegistry
    ) async throws {
        let command = try EngineCommand(line)
        let address = try EngineOptionError.check(start.options)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPWorker.configuration())
        do {
            let question = EngineRelay(address: address, client: client) { false }
            let supervisor = EngineSupervisor(
                command, address: address, logger: start.log, isAnswering: { await question.isAnswering() },
                line: { FileHandle.standardError.write(Data("engine | \($0)\n".utf8)) })
            let relay = EngineRelay(address: address, client: client) { supervisor.isReady }
            let server = RelayServer(
                relay, configuration: configuration, registry: registry, numStarts: { supervisor.numStarts },
                logger: start.log)
            // The last stops first: the engine finishes what the server lets it finish.
            try await start.run([supervisor, server]) {
                let port = try await server.boundPort
                let place = configuration.server.url(port: port)
                return "Passing the engine at \(address) on to gateways. Stop with Ctrl-C.\n\n    \(place)\n"
            }
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }
}

/// Options that do not go together with `--engine`.
enum EngineOptionError: Error, CustomStringConvertible {
    case noAddress
    case noCommand
    /// What is served is said twice.
    case two(String)

    /// - Returns: where the engine listens.
    static func check(_ options: ServerOptions) throws -> String {
        guard let address = options.engineURL else { throw noAddress }
        if options.model != nil { throw two("MODEL") }
        if options.simulate != nil { throw two("--simulate") }
        return try WorkerEndpoint(address).address
    }

    var description: String {
        switch self {
        case .noAddress:
            "--engine is given without --engine-url: say where the engine listens, such as http://127.0.0.1:9001."
        case .noCommand:
            "--engine-url is given without --engine. An engine that runs already needs no worker: name its address to "
                + "the gateway (--workers)."
        case .two(let other): "--engine and \(other) exclude each other: the engine's command names its own model."
        }
    }
}
