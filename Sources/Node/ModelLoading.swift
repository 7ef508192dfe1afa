package import CoreMetrics
package import Engine
import Foundation
package import Logging
package import Models
import OpenAI
import Weights

/// What a model is loaded with.
package struct ModelOptions: Sendable {
    /// A GGUF file or a Hugging Face directory.
    package var path: String
    /// The name in requests; nil: the file's or directory's own.
    package var name: String?
    package var threads = 2
    /// Nil: f32 for a model whose weights are f32, f16 for every other.
    package var kvType: KVType?
    /// Bytes of the KV store; it takes memory only as it is used.
    package var kvBytes = 1 << 30
    /// Shortens the model's context; nil keeps it.
    package var contextTokens: Int?
    package var chatTemplate: String?
    package var engine = EngineConfiguration()

    package init(path: String) { self.path = path }
}

extension ServedModel {
    /// Loads a model and starts its engine.
    ///
    /// - Throws: `WeightsError`, `ModelError`, `TokenizerError`, `TemplateError` or `BackendSetupError`; each
    ///   says what is wrong where.
    package static func load(_ options: ModelOptions, metrics: any MetricsFactory, log: Logger) throws -> ServedModel {
        let checkpoint = try Checkpoint.open(options.path)
        let frontEnd = try TextFrontEnd(checkpoint: checkpoint, chatTemplateOverride: options.chatTemplate)
        let model = try Model.load(checkpoint, threads: options.threads)
        let backend = try backend(for: model, checkpoint, options)
        let name = options.name ?? defaultName(path: options.path)
        var configuration = options.engine
        configuration.contextLimit = options.contextTokens
        let engine = Engine(
            name: name, backend: backend, tokenizer: frontEnd.tokenizer, configuration: configuration,
            metrics: metrics, log: log)
        let card = ModelCard(
            id: name, created: modifiedUnixSeconds(path: options.path), contextLength: engine.contextTokens,
            quantization: checkpoint.quantization,
            maximumConcurrency: configuration.limits.sequences)
        return ServedModel(card: card, engine: engine, frontEnd: frontEnd)
    }

    private static func backend(
        for model: Model, _ checkpoint: Checkpoint, _ options: ModelOptions
    ) throws -> sending CPUBackend {
        let isFloat = try checkpoint.tensor(model.spec.embedding.name).type == .f32
        let kvType = options.kvType ?? (isFloat ? .f32 : .f16)
        let bytesPerBlock = CPUBackend.bytesPerBlock(model.spec, kvType: kvType)
        return try CPUBackend(
            model: model, threads: options.threads, kvType: kvType, blockCount: options.kvBytes / bytesPerBlock)
    }

    private static func modifiedUnixSeconds(path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.modificationDate] as? Date).map { Int($0.timeIntervalSince1970) } ?? 0
    }

    /// The last part of the path, without `.gguf`.
    package static func defaultName(path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        return last.lowercased().hasSuffix(".gguf") ? String(last.dropLast(5)) : last
    }
}
