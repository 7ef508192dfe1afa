import ArgumentParser
import Foundation
import Gateway
import Ledger
import Logging
import Node
import OpenAI
import Options
import ServiceLifecycle
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
              gleaner serve Qwen2.5-0.5B-Instruct-GGUF --yield --yield-when "pgrep -x blender"

            With --yield it gives way to the machine's other processes: streams pause, and go on later. 'gleaner yield' \
            and 'gleaner resume' do the same by hand.

            A flag wins over its environment variable, and that over the file. SIGTERM and Ctrl-C let running \
            streams finish first.
            """)

    @OptionGroup var flags: ServeFlags

    func run() async throws {
        let start = try ServerStart(flags)
        try await start.withLedger { ledger in try await serve(start, ledger: ledger) }
    }

    private func serve(_ start: ServerStart, ledger: Ledger) async throws {
        let configuration = try GatewayConfiguration(start.options, role: .serve)
        try await ServingError.checkKeys(ledger, configuration)
        try await ServingError.checkPools(ledger, [configuration.pool])
        let registry = PrometheusRegistry()
        let served = try start.loadModel(metrics: registry)
        try await FreeModels.warn(of: [served.card.id], ledger, configuration, start.log)
        let worker = NodeWorker(models: [served])
        let server = GatewayServer(
            worker: worker, ledger: ledger, configuration: configuration, registry: registry, logger: start.log)
        let services = try OwnerFirst(start, worker: worker, registry: registry).services {
            configuration.url(port: try await server.boundPort)
        }
        do {
            // The last stops first: the machine's owner is heard until the end.
            try await start.run(services + [server]) {
                let port = try await server.boundPort
                return Greeting(configuration, port: port, model: served.card.id).text
            }
        } catch {
            await worker.stop()
            throw error
        }
        await worker.stop()
    }
}
