package import Routing

/// Where requests of a virtual fleet go: a policy with what it learns on the way.
package protocol VirtualGateway {
    /// Chooses a worker; nil: the request waits until something changes.
    mutating func route(_ request: TraceRequest, now: Double, pictures: [WorkerPicture]) -> VirtualDispatch?

    /// A worker's first token of a request came `ttft` seconds after its dispatch.
    mutating func firstToken(_ request: TraceRequest, from worker: Int, ttft: Double)

    /// A request's last token came; `interToken` seconds from token to token, nil when there was only one.
    mutating func finished(_ request: TraceRequest, at worker: Int, interToken: Double?)

    /// The worker has reported, these prompts computed since its last report.
    mutating func reported(_ worker: Int, computed: [TraceRequest])
}

/// A worker for a request.
package struct VirtualDispatch: Sendable {
    /// Place among the fleet's workers.
    package var worker: Int
    /// Prompt tokens that the gateway believes the worker has cached.
    package var matchedTokens: Int

    package init(worker: Int, matchedTokens: Int = 0) {
        self.worker = worker
        self.matchedTokens = matchedTokens
    }
}

/// A gateway that learns nothing: a function of a request and the pictures of the workers.
package struct PlainGateway: VirtualGateway {
    private let choose: (TraceRequest, [WorkerPicture]) -> Int?

    package init(_ choose: @escaping (TraceRequest, [WorkerPicture]) -> Int?) { self.choose = choose }

    package mutating func route(
        _ request: TraceRequest, now: Double, pictures: [WorkerPicture]
    ) -> VirtualDispatch? {
        choose(request, pictures).map { VirtualDispatch(worker: $0) }
    }

    package mutating func firstToken(_ request: TraceRequest, from worker: Int, ttft: Double) {}
    package mutating func finished(_ request: TraceRequest, at worker: Int, interToken: Double?) {}
    package mutating func reported(_ worker: Int, computed: [TraceRequest]) {}
}
