import Fleet
import OpenAI
import Synchronization

/// A worker whose answers are a function of the prompt and of what was generated before, and which ends them as a
/// test says.
final class FakeRemote: RemoteWorker {
    /// How one sequence goes.
    enum Script: Sendable {
        case whole
        /// So many tokens, then this.
        case cut(after: Int, RemoteFailure)
        /// So many tokens, then nothing.
        case hang(after: Int)
    }

    /// What it makes of the text of an answer.
    enum Tokenizer: Sendable {
        /// The tokens that it is the text of.
        case exact
        /// Two tokens for each of them.
        case wordy
        case failing(RemoteFailure)
        /// Nothing comes until it is asked no more.
        case hanging
    }

    private struct State {
        var tokenizers: [Tokenizer] = []
        var texts: [String] = []
        var scripts: [Script] = []
        var requests: [GenerationRequest] = []
        var running: [FakeSequence] = []
        var isAway = false
        var hidesTokenIDs = false
        var lie: GenerationTotals.Share?
        var life = 1
        var load: CheckedContinuation<Void, any Error>?
        var report: (@Sendable (LoadReport) -> Void)?
    }

    private static let idle = LoadReport(isDraining: false, models: [.init(load: ModelLoad(model: "demo"))])

    private let state = Mutex(State())
    let name: String
    let model: WorkerDescription.Model

    let resumesExactly: Bool

    /// - Parameter resumesExactly: it is one of ours; otherwise an engine that takes what it goes on behind for prompt.
    init(
        _ name: String, scripts: [Script] = [], sequences: Int = 8, contextLength: Int = 4096,
        resumesExactly: Bool = true
    ) {
        self.name = name
        self.resumesExactly = resumesExactly
        model = WorkerDescription.Model(
            card: ModelCard(id: "demo", created: 1, contextLength: contextLength), maximumSequences: sequences,
            maximumWaiting: 0, kvTokens: 65_536)
        state.withLock { $0.scripts = scripts }
    }

    /// What it was asked, oldest first.
    var requests: [GenerationRequest] { state.withLock { $0.requests } }

    /// The next sequences go like this; later ones are whole.
    func play(_ scripts: [Script]) { state.withLock { $0.scripts = scripts } }

    /// It cannot be reached, and what runs ends like this.
    func die(_ failure: RemoteFailure = .lost("dead")) {
        let (running, load) = state.withLock { state in
            state.isAway = true
            state.life += 1
            defer { (state.running, state.load, state.report) = ([], nil, nil) }
            return (state.running, state.load)
        }
        load?.resume(throwing: RemoteFailure.lost("dead"))
        for sequence in running { sequence.end(.failed(failure), nil) }
    }

    func revive() { state.withLock { $0.isAway = false } }

    /// Its answers carry no token ids from now on.
    func hideTokenIDs() { state.withLock { $0.hidesTokenIDs = true } }

    /// It reads the next texts of answers like this; later ones exactly.
    func read(_ tokenizers: [Tokenizer]) { state.withLock { $0.tokenizers = tokenizers } }

    /// The texts of answers that it was asked to read, oldest first.
    var texts: [String] { state.withLock { $0.texts } }

    /// It says that this is what it did for every sequence.
    func lie(_ share: GenerationTotals.Share) { state.withLock { $0.lie = share } }

    /// Reports, if somebody listens.
    func report(_ report: LoadReport) { state.withLock { $0.report }?(report) }

    func reportIdle() { report(Self.idle) }

    // MARK: RemoteWorker

    func describe() async throws -> RemoteDescription {
        let (isAway, life) = state.withLock { ($0.isAway, $0.life) }
        if isAway { throw RemoteFailure.lost("dead") }
        return RemoteDescription(
            worker: WorkerDescription(id: "\(name)-\(life)", kind: "fake", models: [model]), streamsLoad: true,
            resumesExactly: resumesExactly)
    }

    func followLoad(_ report: @escaping @Sendable (LoadReport) -> Void) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isAway = state.withLock { state in
                    if state.isAway || Task.isCancelled { return true }
                    state.load = continuation
                    state.report = report
                    return false
                }
                if isAway { return continuation.resume(throwing: RemoteFailure.lost("dead")) }
                report(Self.idle)
            }
        } onCancel: {
            state.withLock { state in
                defer { state.load = nil }
                return state.load
            }?.resume(throwing: CancellationError())
        }
    }

    func tokenize(_ request: GenerationRequest) async throws -> [[Int32]] {
        guard case .text(let texts) = request.prompt else { throw RemoteFailure.refused(.invalid("no text")) }
        if request.addsSpecialTokens { return texts.map { $0.utf8.map { Int32($0) } } }
        let tokenizer = state.withLock { state -> Tokenizer in
            state.texts += texts
            return state.tokenizers.isEmpty ? .exact : state.tokenizers.removeFirst()
        }
        let tokens = texts.map { $0.split(separator: " ").compactMap { Int32($0) } }
        switch tokenizer {
        case .exact: return tokens
        case .wordy: return tokens.map { $0.flatMap { [0, $0] } }
        case .failing(let failure): throw failure
        case .hanging:
            while !Task.isCancelled { await Task.yield() }
            throw CancellationError()
        }
    }

    func start(
        _ request: GenerationRequest, deliver: @escaping @Sendable (SequenceEvent) -> Void
    ) -> any RemoteSequence {
        let (hidesTokenIDs, lie) = state.withLock { ($0.hidesTokenIDs, $0.lie) }
        let sequence = FakeSequence(deliver, hidesTokenIDs: hidesTokenIDs, lie: lie)
        let script = state.withLock { state -> Script? in
            state.requests.append(request)
            if state.isAway { return nil }
            state.running.append(sequence)
            return state.scripts.isEmpty ? .whole : state.scripts.removeFirst()
        }
        guard let script else {
            sequence.end(.failed(.lost("dead")), nil)
            return sequence
        }
        Task.detached {
            await FakeAnswer(request).play(script, to: sequence)
            // It is there, whatever became of the sequence.
            self.reportIdle()
        }
        return sequence
    }

    func close() async {}
}

/// The end of a sequence that a fake worker feeds: nothing comes after `ended`.
final class FakeSequence: RemoteSequence {
    private let deliver: @Sendable (SequenceEvent) -> Void
    private let hidesTokenIDs: Bool
    private let lie: GenerationTotals.Share?
    private let isOver = Mutex(false)

    init(
        _ deliver: @escaping @Sendable (SequenceEvent) -> Void, hidesTokenIDs: Bool, lie: GenerationTotals.Share?
    ) {
        self.deliver = deliver
        self.hidesTokenIDs = hidesTokenIDs
        self.lie = lie
    }

    var isEnded: Bool { isOver.withLock { $0 } }

    func progress(_ events: [GenerationEvent]) {
        guard !isEnded else { return }
        deliver(.progress(hidesTokenIDs ? events.map(Self.withoutIDs) : events))
    }

    private static func withoutIDs(_ event: GenerationEvent) -> GenerationEvent {
        guard case .delta(let choice, let text, let count, _, _) = event else { return event }
        return .delta(choice: choice, text: text, completionTokens: count)
    }

    func end(_ end: SequenceEnd, _ share: GenerationTotals.Share?) {
        let isFirst = isOver.withLock { isOver in
            defer { isOver = true }
            return !isOver
        }
        if isFirst { deliver(.ended(end, share == nil ? nil : lie ?? share)) }
    }

    func cancel() { end(.failed(.cancelled), GenerationTotals.Share()) }
}

/// The answer to a request: each token is a function of all before it, so that one wrong token changes all that follow.
struct FakeAnswer {
    private let request: GenerationRequest
    private let prompt: [Int32]

    init(_ request: GenerationRequest) {
        self.request = request
        if case .tokens(let prompts) = request.prompt { prompt = prompts.first ?? [] } else { prompt = [] }
    }

    /// The whole of it: as many tokens as may come.
    var tokens: [Int32] {
        var tokens = request.resumed
        while tokens.count < request.maxTokens ?? 16 { tokens.append(next(tokens)) }
        return tokens
    }

    static func text(_ tokens: some Sequence<Int32>) -> String { tokens.map { "\($0) " }.joined() }

    func play(_ script: FakeRemote.Script, to sequence: FakeSequence) async {
        let all = tokens
        let start = request.resumed.count
        let limit: Int
        switch script {
        case .whole: limit = all.count - start
        case .cut(let count, _), .hang(let count): limit = min(count, all.count - start)
        }
        sequence.progress([.started(promptTokens: prompt.count, cachedTokens: 1)])
        for place in start..<start + limit {
            sequence.progress([
                .delta(
                    choice: 0, text: Self.text([all[place]]), completionTokens: place + 1, tokenIDs: [all[place]])
            ])
            await Task.yield()
        }
        end(script, limit: limit, count: all.count, sequence)
    }

    private func end(_ script: FakeRemote.Script, limit: Int, count: Int, _ sequence: FakeSequence) {
        let share = GenerationTotals.Share(
            prefilledTokens: prompt.count + request.resumed.count, generatedTokens: limit)
        switch script {
        case .whole:
            sequence.progress([.finished(choice: 0, reason: .length, completionTokens: count)])
            sequence.end(.finished, share)
        case .cut(_, let failure): sequence.end(.failed(failure), failure == .draining ? share : nil)
        case .hang: break
        }
    }

    private func next(_ tokens: [Int32]) -> Int32 {
        var hash = UInt64(bitPattern: Int64(request.sampling.seed ?? 0)) &+ 0x9E37_79B9_7F4A_7C15
        for token in prompt + tokens {
            hash = (hash ^ UInt64(UInt32(bitPattern: token))) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash >> 29
        }
        return Int32(truncatingIfNeeded: hash >> 40) & 0xFFFF
    }
}
