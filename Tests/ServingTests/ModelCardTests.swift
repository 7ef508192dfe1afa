import Engine
import Foundation
import Gateway
import Logging
import Node
import OpenAI
import TestSupport
import Testing
import WebServer

/// What a served model says about itself is what its file and its engine are.
@Suite struct ModelCardTests {
    private func card(_ path: String, change: (inout ModelOptions) -> Void = { _ in }) async throws -> ModelCard {
        var options = ModelOptions(path: TestData.packageRoot.appendingPathComponent(path).path)
        options.kvBytes = 8 << 20
        change(&options)
        let log = Logger(label: "gleaner.tests") { _ in SwiftLogNoOpLogHandler() }
        let model = try ServedModel.load(options, metrics: PrometheusRegistry(), log: log)
        await model.engine.stop()
        return model.card
    }

    @Test func theDemo() async throws {
        let card = try await card("Demo/gleaner-demo-q8_0.gguf") {
            $0.contextTokens = 200
            $0.engine.limits.sequences = 5
        }
        #expect(card.quantization == "q8_0" && card.contextLength == 200 && card.maxOutputTokens == 199)
        #expect(card.maximumConcurrency == 5 && card.isReady && !card.supportedFeatures.contains("tools"))
    }
}
