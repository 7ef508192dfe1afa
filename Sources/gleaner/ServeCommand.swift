import ArgumentParser
import Engine
import Gateway
import Logging
import Node
import OpenAI
import ServiceLifecycle
import UnixSignals

/// `gleaner serve`: everything in one process.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve a model over the OpenAI API.")

    @Argument var model: String
    @Option var name: String?
    @Option var host = "127.0.0.1"
    @Option var port = 8080
    @Option var threads = 2

    func run() async throws {
        var log = Logger(label: "gleaner")
        log.logLevel = .info
        let registry = PrometheusRegistry()
        var options = ModelOptions(path: try ModelLocation.resolve(model))
        options.name = name
        options.threads = threads
        let served = try ServedModel.load(options, metrics: registry, log: log)
        let worker = NodeWorker(models: [served])
        let server = GatewayServer(
            worker: worker, configuration: GatewayConfiguration(host: host, port: port), registry: registry, logger: log)
        let group = ServiceGroup(
            configuration: .init(services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
        async let running: Void = group.run()
        let bound = try await server.boundPort
        print(Greeting(host: host, port: bound, model: served.card.id).text)
        try await running
        await worker.stop()
    }
}
