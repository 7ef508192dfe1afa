import CoreMetrics
import Foundation
import Logging
import ModelStore
import Node
import Options
import ServiceLifecycle
import WebServer
import Yielding

extension NodeWorker: YieldingWorker {}

/// What makes `gleaner serve` give way: whoever looks at the machine, and whoever listens to its owner.
struct OwnerFirst {
    private let desk: YieldDesk
    private let watch: YieldService
    private let folder: ControlFolder
    private let log: Logger

    init(_ start: ServerStart, worker: NodeWorker, registry: PrometheusRegistry) throws {
        registry.describe(YieldMetricNames.all.map { MetricDescription($0.name, help: $0.help, buckets: $0.buckets) })
        let options = start.options
        desk = YieldDesk(
            worker: worker, limits: YieldPolicy.Limits(options),
            alwaysReleasesMemory: options.yieldMemory == .release, metrics: registry, log: start.log)
        watch = YieldService(desk: desk, sources: YieldSources(options, start.log), log: start.log)
        folder = ControlFolder(home: try StorePlaces.fromEnvironment(ProcessInfo.processInfo.environment).home)
        log = start.log
    }

    /// - Parameter address: where clients find the server; waits until it is known.
    func services(address: @escaping @Sendable () async throws -> String) -> [any Service] {
        [watch, ControlServer(desk: desk, folder: folder, log: log, address: address)]
    }
}

extension YieldPolicy.Limits {
    fileprivate init(_ options: ServerOptions) {
        self.init(threads: options.threads)
        spareCores = options.yieldCores
        restSeconds = Double(options.yieldRest)
        longestRestSeconds = max(longestRestSeconds, restSeconds)
    }
}

extension YieldSources {
    fileprivate init(_ options: ServerOptions, _ log: Logger) {
        self.init()
        if options.yields {
            processor = ProcessorReader()
            accelerator = NVML.load().map { AcceleratorWatch($0) }
            if accelerator == nil { log.info("there is no NVIDIA driver; accelerators are no signal to yield") }
        }
        if let command = options.yieldCommand { questions.append(.command(command)) }
        if let unit = options.yieldUnit { questions.append(.unit(unit)) }
    }
}
