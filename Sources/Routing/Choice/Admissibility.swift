/// Which workers may take a request. All policies hold to these rules.
package struct Admissibility: Sendable {
    /// Sequences that a worker may have waiting beside those that run, though it would take more: what waits at the
    /// gateway can still go anywhere.
    package var maximumWaiting = Int.max
    /// Parts of a worker's places and KV cache up to which it has slack for each tier.
    package var flexShare = 0.9
    package var batchShare = 0.75

    package init() {}

    /// Whether the worker may have the request; nil: yes.
    func refusal(_ request: RequestShape, at worker: WorkerPicture) -> WaitReason? {
        guard worker.isServing else { return .noWorker }
        let cache = worker.capacity.kvTokens
        if cache > 0, request.promptTokens >= cache { return .tooLong(longest: cache) }
        let places = worker.capacity.maximumSequences + min(worker.capacity.maximumWaiting, maximumWaiting)
        guard worker.sequences < places else { return .noRoom }
        guard request.needsSlack else { return nil }
        return hasSlack(for: request, at: worker) ? nil : .noSlack
    }

    private func hasSlack(for request: RequestShape, at worker: WorkerPicture) -> Bool {
        let share = request.tier == .batch ? batchShare : flexShare
        let capacity = worker.capacity
        let cache = Double(capacity.kvTokens)
        let held = worker.load.kvUsage * cache + Double(worker.dispatched.promptTokens + request.promptTokens)
        return worker.load.waiting == 0 && Double(worker.sequences) < Double(capacity.maximumSequences) * share
            && (cache == 0 || held <= cache * share || worker.sequences == 0)
    }
}

extension WaitReason {
    /// Of the reasons of several workers the one that comes nearest to a yes.
    func nearest(_ other: WaitReason) -> WaitReason {
        if case .tooLong(let longest) = self, case .tooLong(let others) = other {
            return .tooLong(longest: max(longest, others))
        }
        return other.nearness > nearness ? other : self
    }

    private var nearness: Int {
        switch self {
        case .noWorker: 0
        case .tooLong: 1
        case .noRoom: 2
        case .noSlack: 3
        case .tooLate: 4
        }
    }
}
