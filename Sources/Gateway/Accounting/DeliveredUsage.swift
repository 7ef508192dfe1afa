import Ledger
import OpenAI

/// Counts what the events of a request's workers have brought to the client.
struct DeliveredUsage: Sendable {
    private let unnamed: ServingWorker
    private var promptTokens = 0
    private var cachedTokens = 0
    /// A segment for each worker, in the order of service, and the least exact way in which it took a choice up.
    private var served: [(usage: SegmentUsage, began: Beginning)] = []
    /// Of each choice: its tokens, and the segment that it comes from now.
    private var choices: [(tokens: Int, place: Int?)]

    /// - Parameter worker: who serves while no event says otherwise.
    init(numChoices: Int, by worker: ServingWorker) {
        unnamed = worker
        choices = Array(repeating: (0, nil), count: numChoices)
    }

    /// What each worker did that brought the client anything: one that only began earns nothing. The first of them has
    /// the prompt.
    var segments: [SegmentUsage] {
        let fruitful = served.filter { $0.usage.outputTokens > 0 }
        let kept = fruitful.isEmpty ? Array(served.prefix(1)) : fruitful
        var segments = kept.isEmpty ? [Self.segment(0, unnamed)] : kept.enumerated().map { $1.usage.at($0, $1.began) }
        segments[0].promptTokens = promptTokens
        segments[0].cachedTokens = cachedTokens
        // Whoever computed the prompt first for an answer computed nothing anew.
        segments[0].replayedTokens = 0
        return segments
    }

    /// Takes an event into account that was sent.
    mutating func note(_ event: GenerationEvent) {
        switch event {
        case .started(let promptTokens, let cachedTokens):
            self.promptTokens = promptTokens
            self.cachedTokens = min(cachedTokens, promptTokens)
        case .delta(let choice, _, let count, _, _): reach(count, choice)
        case .finished(let choice, _, let count): reach(count, choice)
        case .served(let choice, let worker): move(choice, to: worker)
        }
    }

    private mutating func reach(_ count: Int, _ choice: Int) {
        guard choices.indices.contains(choice), count > choices[choice].tokens else { return }
        let place = choices[choice].place ?? place(of: unnamed)
        served[place].usage.outputTokens += count - choices[choice].tokens
        choices[choice] = (count, place)
    }

    private mutating func move(_ choice: Int, to worker: ServingWorker) {
        guard choices.indices.contains(choice) else { return }
        let place = place(of: worker)
        choices[choice].place = place
        served[place].usage.replayedTokens += worker.replayedTokens
        served[place].began = max(served[place].began, worker.began)
    }

    private mutating func place(of worker: ServingWorker) -> Int {
        if let place = served.firstIndex(where: { $0.usage.worker == worker.id && $0.usage.pool == worker.pool }) {
            return place
        }
        served.append((Self.segment(served.count, worker), worker.began))
        return served.count - 1
    }

    private static func segment(_ index: Int, _ worker: ServingWorker) -> SegmentUsage {
        SegmentUsage(index: index, worker: worker.id, pool: worker.pool, promptTokens: 0, outputTokens: 0)
    }
}

extension SegmentUsage {
    /// The same at another place in the order.
    fileprivate func at(_ index: Int, _ began: OpenAI.Beginning) -> SegmentUsage {
        SegmentUsage(
            index: index, worker: worker, pool: pool, promptTokens: promptTokens, cachedTokens: cachedTokens,
            outputTokens: outputTokens, unsentTokens: unsentTokens, prefilledTokens: prefilledTokens,
            replayedTokens: replayedTokens, began: Beginning(rawValue: began.rawValue))
    }
}
