/// Predicts time to first token and inter-token time of a request at a worker, and learns from what they were.
///
/// A kind of workers shares one model; a worker has a factor of its own for each of the two times. In process and
/// without locks: reading is arithmetic on a few numbers, learning a few microseconds.
package struct LatencyPredictor: Sendable {
    private var kinds: [KindModel?] = []
    /// What decisions read of `kinds`.
    private var speeds: [KindSpeed] = []
    private var workers: [WorkerCorrections] = []
    /// Samples of all workers so far.
    package private(set) var samples = 0

    private static let unknown = KindModel(declared: nil).speed

    package init() {}

    // MARK: Who there is

    /// A kind's speed as declared; nil = to be learned. What was learned of the kind before is forgotten.
    package mutating func declare(_ kind: WorkerKind, speed: DeclaredSpeed?) {
        makeRoom(for: kind)
        kinds[kind.index] = KindModel(declared: speed)
        refresh(kind)
    }

    /// A key is given to another worker: what was learned of its former one is forgotten.
    package mutating func forget(_ worker: WorkerKey) {
        if worker.index < workers.count { workers[worker.index] = WorkerCorrections() }
    }

    // MARK: Predict

    package func predict(_ features: DispatchFeatures, worker: WorkerKey, kind: WorkerKind) -> LatencyPrediction {
        LatencyForecast(features, speed(of: kind), corrections(of: worker)).prediction
    }

    func isCold(_ kind: WorkerKind) -> Bool { kind.index >= speeds.count || speeds[kind.index].isCold }

    func speed(of kind: WorkerKind) -> KindSpeed {
        kind.index < speeds.count ? speeds[kind.index] : Self.unknown
    }

    func corrections(of worker: WorkerKey) -> WorkerCorrections {
        worker.index < workers.count ? workers[worker.index] : WorkerCorrections()
    }

    // MARK: Learn

    /// Learns from what a request took. Times that cannot be (not positive, not finite) are passed over.
    package mutating func observe(_ sample: LatencySample) {
        let ttft = sample.ttft.flatMap(Bounds.measured)
        let interToken = sample.interToken.flatMap(Bounds.measured)
        guard ttft != nil || interToken != nil else { return }
        makeRoom(for: sample.kind)
        while workers.count <= sample.worker.index { workers.append(WorkerCorrections()) }
        samples += 1
        var model = kinds[sample.kind.index].take() ?? KindModel(declared: nil)
        if let ttft { model.learnTTFT(ttft, sample, &workers[sample.worker.index].ttft) }
        if let interToken { model.learnInterToken(interToken, sample, &workers[sample.worker.index].interToken) }
        workers[sample.worker.index].lastSample = samples
        kinds[sample.kind.index] = model
        refresh(sample.kind)
    }

    /// How good the predictions for a kind were on requests that they had not seen.
    package func quality(of kind: WorkerKind) -> (ttft: PredictionQuality, interToken: PredictionQuality) {
        guard kind.index < kinds.count, let model = kinds[kind.index] else { return (.init(), .init()) }
        return (model.ttft.quality, model.interToken.quality)
    }

    private mutating func makeRoom(for kind: WorkerKind) {
        while kinds.count <= kind.index {
            kinds.append(nil)
            speeds.append(Self.unknown)
        }
    }

    private mutating func refresh(_ kind: WorkerKind) {
        if let model = kinds[kind.index] { speeds[kind.index] = model.speed }
    }
}

/// What is learned of one worker.
struct WorkerCorrections: Sendable {
    var ttft = Correction()
    var interToken = Correction()
    /// The predictor's count of samples when this worker's last one came.
    var lastSample = 0
}
