import ArgumentParser
import Fleet
import Gateway
import Ledger
import Logging
import Options
import WebServer

/// `gleaner gateway`: the front door of many workers.
struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "Serve the models of many workers over one OpenAI API.",
        discussion: """
            Workers are `gleaner worker`, or a running vLLM, SGLang or llama-server. An answer whose worker is taken \
            away goes on from another one. Any number of gateways can share workers and one PostgreSQL.

              gleaner gateway --workers http://127.0.0.1:8081,http://127.0.0.1:8082
              gleaner gateway --workers http://10.0.0.7:8081=farm --database postgresql://gleaner@db/gleaner
              gleaner gateway --worker-namespace gleaner --database postgresql://gleaner@db/gleaner

            SIGTERM and Ctrl-C let running streams finish first.
            """)

    @OptionGroup var flags: GatewayFlags

    func run() async throws {
        let start = try ServerStart(flags)
        let places = try start.options.requiredWorkers().map { address in
            WorkerPlace(url: address.url, pool: address.pool ?? start.options.pool)
        }
        try await start.withLedger { ledger in
            let configuration = try GatewayConfiguration(start.options, role: .gateway)
            try await checkKeys(ledger, configuration, start)
            try await ServingError.checkPools(ledger, places.map(\.pool))
            let registry = PrometheusRegistry()
            let fleet = try FleetService(places, start, configuration.limits, registry, ledger)
            let server = GatewayServer(
                worker: fleet.worker, ledger: ledger, configuration: configuration, registry: registry,
                logger: start.log, fleet: fleet.feed)
            try await start.run([fleet, server]) {
                let port = try await server.boundPort
                let models = await fleet.waitForModels()
                try await FreeModels.warn(of: models, ledger, configuration, start.log)
                return Greeting(configuration, port: port, model: models.first ?? "MODEL").text
            }
        }
    }

    /// In a cluster the gateway is where its operator makes the first key, so it runs without: nobody is served then.
    private func checkKeys(
        _ ledger: Ledger, _ configuration: GatewayConfiguration, _ start: ServerStart
    ) async throws {
        do {
            try await ServingError.checkKeys(ledger, configuration)
        } catch let error as ServingError {
            guard case .noKeys = error, start.options.workerNamespace != nil else { throw error }
            start.log.warning(
                """
                there is no API key yet, so every request is refused until there is: 'gleaner tenants add' and \
                'gleaner keys create' make one while this runs
                """)
        }
    }
}
