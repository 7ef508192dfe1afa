import ArgumentParser
import Controller
import CoreMetrics
import JSON
import Logging
import OpenAI
import ServiceLifecycle
import Synchronization
import WebServer

/// Where a controller shows what it has done.
struct ControllerListening: ParsableArguments {
    @Option(help: "Address to show reclaims and metrics on; 0.0.0.0 lets other machines in.")
    var host = "127.0.0.1"

    @Option(help: "Port to show reclaims and metrics on; 0 takes a free one. Without it nothing is shown.")
    var port: Int?

    func validate() throws {
        guard port.map({ (0...65_535).contains($0) }) ?? true else {
            throw ValidationError("--port \(port ?? 0) is no port; write 0 to 65535.")
        }
    }

    /// Nil where nothing is to be shown.
    ///
    /// - Parameter token: what has to be shown now for reclaims, which name pods.
    func server(
        _ controller: ControllerService, token: @escaping @Sendable () -> BearerToken?, _ log: Logger
    ) -> (any Service)? {
        guard let port else { return nil }
        let registry = PrometheusRegistry(descriptions: MetricDescription.http)
        registry.describe(ControllerSample.descriptions.map { MetricDescription($0.name, help: $0.help) })
        let metrics = ControllerMetrics(registry)
        let reclaims = DocumentServer.Document("/api/v1/reclaims") { query in
            do {
                let list = try ReclaimList(controller.reclaimBook.logs, ReclaimList.Query(query))
                return Array(list.json.serialized().utf8)
            } catch {
                throw APIError.invalid("\(error)", code: "invalid_query")
            }
        }
        let server = DocumentServer(
            [reclaims], token: token, settings: ServerSettings(address: ListenAddress(host: host, port: port)),
            registry: registry, refresh: { metrics.refresh(controller.samples) }, logger: log)
        return ControllerShow(server: server, log: log)
    }
}

/// Shows what a controller has done. That it cannot is no reason to give nothing back.
private struct ControllerShow: Service {
    let server: DocumentServer
    let log: Logger

    func run() async throws {
        do {
            try await server.run()
        } catch {
            log.error("reclaims and metrics are not shown", metadata: ["error": "\(error)"])
            try? await gracefulShutdown()
        }
    }
}

/// A controller's numbers as metrics.
private final class ControllerMetrics: Sendable {
    private let registry: PrometheusRegistry
    /// What the counters have counted.
    private let counted = Mutex<[String: Double]>([:])

    init(_ registry: PrometheusRegistry) { self.registry = registry }

    func refresh(_ samples: [ControllerSample]) {
        for sample in samples {
            let labels = sample.labels.map { ($0.name, $0.value) }
            guard sample.isCounter else {
                Meter(label: sample.name, dimensions: labels, factory: registry).set(sample.value)
                continue
            }
            let key = "\(sample.name)\(labels)"
            let more = counted.withLock { counted in
                let before = counted.updateValue(max(sample.value, counted[key] ?? 0), forKey: key) ?? 0
                return max(0, sample.value - before)
            }
            Counter(label: sample.name, dimensions: labels, factory: registry).increment(by: Int64(more))
        }
    }
}
