import CoreMetrics
import Engine
import Node
import Simulation
import Tokenizers

extension DeviceProfile {
    /// A device without speed worth the name, for tests of what it says.
    static func test(kvTokens: Int = 65_536) -> DeviceProfile {
        var profile = DeviceProfile(
            name: "test", prefillTokensPerSecond: 10_000, stepSeconds: 0.01, kvTokens: kvTokens)
        profile.contextTokens = 4096
        profile.meanAnswerTokens = 40
        return profile
    }
}

/// An engine over a simulated device, and what its requests need.
struct TestEngine {
    let engine: Engine
    let clock = VirtualDeviceClock()
    let tokenizer: Tokenizer

    init(_ profile: DeviceProfile = .test(), model: String = "sim") async throws {
        let model = try await SimulatedWorker.make(
            profile: profile, name: model, clock: clock, metrics: NOOPMetricsHandler.instance)
        engine = model.engine
        tokenizer = model.frontEnd.tokenizer
    }

    func request(_ text: String, seed: UInt64 = 0, temperature: Float = 0, maxTokens: Int? = nil) -> EngineRequest {
        var request = EngineRequest(prompt: tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: true))
        request.sampling.temperature = temperature
        request.sampling.seed = seed
        request.maxTokens = maxTokens
        request.stopTokens = [SimulatedVocabulary.endToken]
        return request
    }
}
