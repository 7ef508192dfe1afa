import ArgumentParser
import AsyncHTTPClient
import Controller
import Fleet
import Foundation
import Harvest
import Kubernetes
import Ledger
import Logging
import ServiceLifecycle
import UnixSignals
import WebServer

/// `gleaner controller`: lends a cluster's idle accelerators to workers, and gives them back.
struct ControllerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "controller",
        abstract: "Lend a Kubernetes cluster's idle accelerators to workers, and give them back.",
        discussion: """
            Watches nodes, pods, GPUPools and ServedModels. Accelerators that nobody has asked for get workers; the \
            moment that a pod of the owner's needs them, or a window ends, or a label is removed, the workers go. Any \
            number of controllers can run: one of them plans, and each of them gives back.

              gleaner controller
              gleaner controller --kubeconfig cluster.yaml --namespace gleaner --image registry.example/gleaner@sha256:…

            A pool whose mode is Observe is only watched, and says what it would have earned. Gateways are found by \
            their pods (label gleaner.dev/role=gateway): what waits there gets workers, and what runs there is spared.
            """)

    @OptionGroup var cluster: ClusterFlags
    @OptionGroup var gateways: GatewayReachFlags
    @OptionGroup var listening: ControllerListening

    @Option(help: "The image of workers, NAME@sha256:…; without it that of the pod that this runs in.")
    var image: String?

    @Option(help: "Where workers live; without it the namespace of the kubeconfig or of this pod.")
    var namespace: String?

    @Option(help: "What tells this controller from others; without it the host's name and a number.")
    var identity: String?

    @Option(help: "What a million generated tokens of any model bring, in USD.")
    var price: String?

    @Flag(help: "Also say what is looked at and found unchanged.")
    var verbose = false

    func validate() throws {
        guard image.map({ WorkerImage($0) != nil }) ?? true else {
            throw ValidationError(
                "--image '\(image?.prefix(200) ?? "")' must name its digest, NAME@sha256: and 64 hexadecimal digits, so "
                    + "that all workers are the same.")
        }
        guard price == nil || pricePerToken != nil else {
            throw ValidationError("--price '\(price?.prefix(40) ?? "")' is no amount such as 0.60.")
        }
    }

    private var pricePerToken: PicoUSD? {
        price.flatMap { PicoUSD(decimal: $0) }.flatMap { $0.pico >= 0 ? PicoUSD(pico: $0.pico / 1_000_000) : nil }
    }

    private static var host: String { ProcessInfo.processInfo.hostName }

    /// - Throws: when nobody names one, and the pod that has this host's name does not either.
    private func workerImage(_ client: KubernetesClient, _ namespace: String) async throws -> String {
        if let image { return image }
        // A node tells the image of a container some time after it has started it.
        for _ in 0..<Self.imageTries {
            let pod = try await client.get(.pods, Self.host, in: namespace)
            if let found = WorkerImage(of: pod) { return found.description }
            try await Task.sleep(for: .seconds(1))
        }
        throw ControllerError.noImage(pod: Self.host)
    }

    private static let imageTries = 30

    func run() async throws {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var log = Logger(label: "gleaner")
        log.logLevel = verbose ? .debug : .info
        let access = try cluster.access()
        let namespace = namespace ?? access.namespace
        try await cluster.withClient(access, log: log) { client in
            let version = try await client.version()
            let settings = ControllerSettings(
                worker: WorkerSettings(namespace: namespace, image: try await workerImage(client, namespace)),
                identity: identity ?? "\(Self.host)-\(UInt32.random(in: .min ... .max))")
            let environment = ProcessInfo.processInfo.environment
            let gatewayClient = HTTPClient(configuration: FleetReportClient.configuration)
            let controller = ControllerService(
                settings, client: client,
                view: gateways.view(gatewayClient, price: pricePerToken, environment: environment), log: log)
            let token = { @Sendable in gateways.token(environment: environment).flatMap { BearerToken($0) } }
            let server = listening.server(controller, token: token, log)
            log.info(
                "controller starts",
                metadata: [
                    "cluster": "\(access.server.base)", "version": "\(version)", "access": "\(access.origin)",
                    "namespace": "\(settings.namespace)", "identity": "\(settings.identity)",
                ])
            let services: [any Service] = [ControllerRun(controller: controller)] + (server.map { [$0] } ?? [])
            let group = ServiceGroup(
                configuration: .init(
                    services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
            let end: Result<Void, any Error>
            do { end = .success(try await group.run()) } catch { end = .failure(error) }
            try await gatewayClient.shutdown()
            try end.get()
        }
    }
}

/// Why a controller does not start.
private enum ControllerError: Error, CustomStringConvertible {
    case noImage(pod: String)

    var description: String {
        switch self {
        case .noImage(let pod):
            """
            The pod '\(pod)' does not say the digest of its image. Name the image of workers: --image NAME@sha256:…
            """
        }
    }
}

/// The controller until the process is told to stop.
private struct ControllerRun: Service {
    let controller: ControllerService

    func run() async throws { await cancelWhenGracefulShutdown { await controller.run() } }
}
