import Engine
import Models
import OpenAI

extension ServedModel {
    /// The model, and the room that its engine has for it.
    var description: WorkerDescription.Model {
        let configuration = engine.configuration
        return WorkerDescription.Model(
            card: card, maximumSequences: configuration.limits.sequences, maximumWaiting: configuration.waitingLimit,
            kvTokens: engine.kvTokens, vocabularySize: engine.spec.vocabularySize)
    }

    /// As of the engine's last step.
    var load: ModelLoad {
        let snapshot = engine.snapshot
        return ModelLoad(
            model: card.id, running: snapshot.running, waiting: snapshot.waiting, kvUsage: snapshot.cacheUsage,
            pendingPrefillTokens: snapshot.pendingPrefillTokens, contextTokens: snapshot.contextTokens,
            steps: snapshot.steps)
    }
}
