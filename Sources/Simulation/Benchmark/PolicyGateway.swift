import OpenAI
package import Routing

/// A routing policy with all that a real gateway keeps for it: which worker has which prefixes, how fast workers are,
/// how long answers are.
package struct PolicyGateway<Policy: RoutingPolicy>: VirtualGateway {
    private var policy: Policy
    private let objectives: (TraceRequest) -> Routing.Objectives
    private var prefixes = PrefixIndex()
    private var lengths = OutputLengths()
    /// What it has learned.
    package private(set) var predictor = LatencyPredictor()
    /// What was promised for each request, none of which the predictor had seen, and what it was.
    package private(set) var predictions: [PredictionRecord] = []
    /// By number of the request: what it was sent with, and when.
    private var dispatches: [Int: (dispatch: Dispatch, time: Double)] = [:]
    private var randomness: Randomness
    private var keys: [WorkerKey] = []

    /// The same numbers for the same seed.
    private struct Randomness: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = SplitMix.mix(state)
            return state
        }
    }

    /// - Parameters:
    ///   - devices: those of the fleet, in its order.
    ///   - declaredFactor: how fast the devices declare themselves, compared to what they are; nil: they do not.
    package init(
        _ policy: Policy, devices: [DeviceProfile], declaredFactor: Double? = 1, seed: UInt64 = 1,
        objectives: @escaping (TraceRequest) -> Routing.Objectives = { _ in Routing.Objectives() }
    ) {
        self.policy = policy
        self.objectives = objectives
        randomness = Randomness(state: seed)
        for (place, device) in devices.enumerated() {
            guard let key = WorkerKey(place) else { preconditionFailure("too many workers") }
            keys.append(key)
            prefixes.reset(key, limit: device.kvTokens / PrefixChain.chunkTokens)
        }
        if let declaredFactor { declare(devices, declaredFactor) }
    }

    /// Kinds are numbered as the fleet numbers them.
    private mutating func declare(_ devices: [DeviceProfile], _ factor: Double) {
        for (number, device) in VirtualFleet.kinds(of: devices).enumerated() {
            guard let kind = WorkerKind(number) else { continue }
            let speed = device.declared
            predictor.declare(
                kind,
                speed: DeclaredSpeed(
                    prefillTokensPerSecond: speed.prefillTokensPerSecond * factor,
                    stepSeconds: speed.stepSeconds / factor, secondsPerSequence: speed.secondsPerSequence / factor,
                    secondsPerContextToken: speed.secondsPerContextToken / factor))
        }
    }

    package mutating func route(
        _ request: TraceRequest, now: Double, pictures: [WorkerPicture]
    ) -> VirtualDispatch? {
        let shape = RequestShape(
            promptTokens: request.promptTokens, prefixDigests: digests(request),
            expectedOutputTokens: lengths.expected(tenant: "", model: "", limit: .max), objectives: objectives(request))
        let decision = policy.choose(
            shape, among: pictures, prefixes: prefixes, predictor: predictor, randomness: &randomness)
        guard let dispatch = decision.dispatch else { return nil }
        dispatches[request.number] = (dispatch, now)
        return VirtualDispatch(worker: dispatch.worker.index, matchedTokens: dispatch.matchedTokens)
    }

    package mutating func firstToken(_ request: TraceRequest, from worker: Int, ttft: Double) {
        guard let (dispatch, time) = dispatches[request.number] else { return }
        predictor.observe(sample(dispatch, ttft: ttft))
        predictions.append(
            PredictionRecord(
                measure: .ttft, worker: worker, dispatch: time, promised: dispatch.prediction.ttft, measured: ttft))
    }

    package mutating func finished(_ request: TraceRequest, at worker: Int, interToken: Double?) {
        lengths.observe(tenant: "", model: "", tokens: request.outputTokens)
        guard let (dispatch, time) = dispatches.removeValue(forKey: request.number), let interToken else { return }
        predictor.observe(sample(dispatch, interToken: interToken))
        predictions.append(
            PredictionRecord(
                measure: .interToken, worker: worker, dispatch: time, promised: dispatch.prediction.interToken,
                measured: interToken))
    }

    package mutating func reported(_ worker: Int, computed: [TraceRequest]) {
        for request in computed { prefixes.add(digests(request), to: keys[worker]) }
    }

    private func sample(_ dispatch: Dispatch, ttft: Double? = nil, interToken: Double? = nil) -> LatencySample {
        LatencySample(
            worker: dispatch.worker, kind: dispatch.kind, features: dispatch.features, ttft: ttft,
            interToken: interToken, promised: dispatch.prediction)
    }

    private func digests(_ request: TraceRequest) -> [UInt64] {
        request.prefixDigests(chunkTokens: PrefixChain.chunkTokens)
    }
}
