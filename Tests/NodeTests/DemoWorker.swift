import CoreMetrics
import Foundation
import Logging
import Node
import OpenAI
import TestSupport
import Testing

/// The demo model in this process.
enum DemoWorker {
    static let model = "gleaner-demo"

    static func options() -> ModelOptions {
        var options = ModelOptions(
            path: TestData.packageRoot.appendingPathComponent("Demo/gleaner-demo-q8_0.gguf").path)
        options.name = model
        options.kvBytes = 64 << 20
        return options
    }

    static func make(_ options: ModelOptions = options(), kind: String = "gleaner-cpu") throws -> NodeWorker {
        let log = Logger(label: "gleaner.tests") { _ in SwiftLogNoOpLogHandler() }
        let served = try ServedModel.load(options, metrics: NOOPMetricsHandler.instance, log: log)
        return NodeWorker(models: [served], kind: kind)
    }
}

/// All that the reader of one choice was told.
struct Story: Equatable {
    var promptTokens = 0
    var cachedTokens = 0
    var texts: [String] = []
    var shown: [Int] = []
    /// Of each delta.
    var ids: [[Int32]] = []
    var logprobs: [Float] = []
    var reason: FinishReason?
    var completionTokens = 0
    var totals = GenerationTotals()

    var text: String { texts.joined() }
    var tokens: [Int32] { Array(ids.joined()) }
}

extension NodeWorker {
    func story(_ request: GenerationRequest) async throws -> Story {
        var story = Story()
        let stream = try await generate(request)
        for try await event in stream {
            switch event {
            case .started(let promptTokens, let cachedTokens):
                (story.promptTokens, story.cachedTokens) = (promptTokens, cachedTokens)
            case .delta(_, let text, let shown, let tokens, let ids):
                story.texts.append(text)
                story.shown.append(shown)
                story.ids.append(ids)
                story.logprobs += tokens.map(\.token.logprob)
            case .finished(_, let reason, let count): (story.reason, story.completionTokens) = (reason, count)
            case .served: break
            }
        }
        story.totals = try #require(await stream.totals())
        return story
    }
}
