package import CoreMetrics
import Engine
import Glibc
package import Logging
package import Node
import OpenAI

/// A GPU server that is none: our own engine over a `SimulatedBackend`.
///
/// Scheduler, KV cache, sampling, text, metrics and resume are the real ones; only the time that steps take, and the
/// model, are made up. `NodeWorker(models: [model], kind: profile.name, profile: profile.declared)` makes it a worker.
package enum SimulatedWorker {
    /// Waits as long as the device takes to load, and starts the engine.
    ///
    /// - Parameters:
    ///   - name: of the model in requests. Simulated workers with the same name say the same things.
    ///   - clock: the time in which the device lives.
    /// - Throws: `CancellationError` while loading.
    package static func make(
        profile: DeviceProfile, name: String, clock: any DeviceClock = SystemDeviceClock(),
        metrics: any MetricsFactory, log: Logger = Logger(label: "gleaner.simulation")
    ) async throws -> ServedModel {
        let frontEnd = try SimulatedVocabulary.frontEnd()
        if profile.loadSeconds > 0 { try await Task.sleep(for: .seconds(profile.loadSeconds)) }
        var configuration = EngineConfiguration()
        configuration.limits = .init(batchTokens: profile.batchTokens, sequences: profile.maximumSequences)
        configuration.waitingLimit = profile.maximumWaiting
        let engine = Engine(
            name: name, backend: SimulatedBackend(profile: profile, model: name, clock: clock),
            tokenizer: frontEnd.tokenizer, configuration: configuration, metrics: metrics, log: log)
        let card = ModelCard(
            id: name, created: time(nil), contextLength: engine.contextTokens,
            maximumConcurrency: profile.maximumSequences)
        return ServedModel(card: card, engine: engine, frontEnd: frontEnd)
    }
}
