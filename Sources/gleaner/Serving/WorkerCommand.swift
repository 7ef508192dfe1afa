import ArgumentParser
import Logging
import Node
import OpenAI
import Options
import ServiceLifecycle
import Simulation
import WebServer
import WorkerAPI

/// `gleaner worker`: one machine's engine behind gateways.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Serve a model to gateways.",
        discussion: """
            Gateways send it sequences, follow its load and take its answers elsewhere when it is taken away.

              gleaner worker Qwen2.5-0.5B-Instruct-GGUF --port 8081
              GLEANER_WORKER_TOKEN=… gleaner worker Qwen2.5-0.5B-Instruct-GGUF --host 0.0.0.0 --port 8081
              gleaner worker --simulate h100-8b --name chat --port 8081
              gleaner worker --engine "llama-server -m m.gguf --port 9001" --engine-url http://127.0.0.1:9001

            SIGTERM and POST /drain end what runs after --drain-timeout, 0 by default: it goes on at other workers.
            """)

    @OptionGroup var flags: WorkerFlags

    func run() async throws {
        let start = try ServerStart(flags)
        let configuration = try WorkerConfiguration(start.options)
        guard !configuration.isOpenToStrangers else { throw ServingError.openWorker(host: start.options.host) }
        let registry = PrometheusRegistry()
        if let engine = start.options.engine { return try await serveEngine(engine, start, configuration, registry) }
        guard start.options.engineURL == nil else { throw EngineOptionError.noCommand }
        let worker = try await load(start, registry)
        let server = WorkerServer(
            worker: worker, configuration: configuration, registry: registry, logger: start.log)
        do {
            try await start.run([server]) {
                let port = try await server.boundPort
                return await greeting(worker, port: port, configuration)
            }
        } catch {
            await worker.stop()
            throw error
        }
        await worker.stop()
    }

    private func load(_ start: ServerStart, _ registry: PrometheusRegistry) async throws -> NodeWorker {
        guard let name = start.options.simulate else {
            let model = try start.loadModel(metrics: registry)
            return NodeWorker(models: [model], kind: start.options.kind ?? "gleaner-cpu")
        }
        let profile = try DeviceProfile.load(name)
        let model = try await SimulatedWorker.make(
            profile: profile, name: start.options.name ?? profile.name, metrics: registry, log: start.log)
        return NodeWorker(models: [model], kind: start.options.kind ?? profile.name, profile: profile.declared)
    }

    private func greeting(_ worker: NodeWorker, port: Int, _ configuration: WorkerConfiguration) async -> String {
        let models = await worker.models().map(\.id).joined(separator: ", ")
        return "Serving \(models) to gateways. Stop with Ctrl-C.\n\n    \(configuration.server.url(port: port))\n"
    }
}

extension WorkerConfiguration {
    fileprivate init(_ options: ServerOptions) throws(ServingError) {
        let limits = ServerLimits(options, role: .worker)
        let address = ListenAddress(host: options.host, port: options.port)
        let settings = ServerSettings(address: address, limits: limits, tls: try ServerTLS(options))
        var token: BearerToken?
        if let text = options.workerToken {
            token = BearerToken(text)
            if token == nil { throw .badToken }
        }
        self.init(server: settings, token: token)
    }
}
