/// Does the operations of many callers in one transaction (group commit): while one batch is written, the next
/// gathers.
///
/// An admission is answered when its transaction is committed, and somebody waits for it. What must survive a loss of
/// power is answered after a flush, which never holds up an admission. Nobody is in a hurry for that, and its
/// transactions are long: it gathers until the flush at hand is over, and for ``gathering`` at least, so that an
/// admission seldom meets one.
/// Every operation carries an id from its source and is decided on what the database says, so that doing one again
/// changes nothing.
actor LedgerWriter {
    private struct Waiting {
        let operation: LedgerOperation
        let continuation: CheckedContinuation<LedgerAnswer, any Error>
    }

    private let database: any SQLDatabase
    private let nowMs: @Sendable () -> Int64
    private let leaseMs: Int64
    private var directory = Directory()
    /// What is answered when it is committed, and what only when it is flushed.
    private var prompt: [Waiting] = []
    private var durable: [Waiting] = []
    private var isWriting = false
    /// Whether the last batch was of prompt operations alone: then what waits for a flush has its turn.
    private var wasPrompt = false
    /// Flushes under way, each with answers that wait for it, or over so lately that the next has to gather.
    private var numFlushes = 0
    private var isClosed = false
    private var closers: [CheckedContinuation<Void, Never>] = []

    /// The most operations of one transaction: keeps a batch under some tens of milliseconds.
    private static let maximumBatch = 512
    /// So many durable operations gather no longer: they fill a transaction of their own.
    private static let fullBatch = 64
    /// From the end of one batch of durable operations to the begin of the next.
    private static let gathering = Duration.milliseconds(10)

    init(database: any SQLDatabase, leaseMs: Int64, nowMs: @escaping @Sendable () -> Int64) {
        self.database = database
        self.leaseMs = leaseMs
        self.nowMs = nowMs
    }

    /// Does one operation with whatever else is waiting.
    /// - Throws: `LedgerError`; with `.store` it is not known whether it was done, and it can be asked for again.
    func perform(_ operation: LedgerOperation) async throws(LedgerError) -> LedgerAnswer {
        guard !isClosed else { throw .closed }
        do {
            return try await withCheckedThrowingContinuation { continuation in
                let waiting = Waiting(operation: operation, continuation: continuation)
                if operation.isDurable { durable.append(waiting) } else { prompt.append(waiting) }
                startWriting()
            }
        } catch {
            throw LedgerError(error)
        }
    }

    /// Refuses what comes now, and returns when what waits is written, flushed and answered. The database's deadlines
    /// bound how long that takes.
    func close() async {
        isClosed = true
        startWriting()
        guard isWriting || numFlushes > 0 else { return }
        await withCheckedContinuation { closers.append($0) }
    }

    private func endClosing() {
        guard isClosed, !isWriting, numFlushes == 0 else { return }
        for closer in closers { closer.resume() }
        closers.removeAll()
    }

    private var isDurableDue: Bool {
        !durable.isEmpty && (numFlushes == 0 || durable.count >= Self.fullBatch || isClosed)
    }

    private func startWriting() {
        guard !isWriting, !prompt.isEmpty || isDurableDue else { return }
        isWriting = true
        Task { await drain() }
    }

    private func drain() async {
        while !prompt.isEmpty || isDurableDue { await write(nextBatch()) }
        isWriting = false
        endClosing()
    }

    /// Prompt operations first; every other batch is one of durable operations if they are due, behind the prompt ones
    /// that wait: so that a note of a request precedes its settlement.
    private func nextBatch() -> [Waiting] {
        wasPrompt = !prompt.isEmpty && (!wasPrompt || !isDurableDue)
        guard !wasPrompt else { return Self.take(Self.maximumBatch, from: &prompt) }
        return Self.take(Self.maximumBatch / 2, from: &prompt) + Self.take(Self.maximumBatch / 2, from: &durable)
    }

    private static func take(_ count: Int, from queue: inout [Waiting]) -> [Waiting] {
        defer { queue.removeFirst(min(count, queue.count)) }
        return Array(queue.prefix(count))
    }

    private func write(_ batch: [Waiting]) async {
        let operations = batch.map(\.operation)
        do {
            let committed = try await commit(operations)
            directory = committed.value.directory
            answer(batch, with: committed.value.answers, mark: committed.mark)
        } catch  where batch.count > 1 && LedgerError(error).isOfOneOperation {
            // Something that one of them brought up must not fail the others.
            for waiting in batch { await write([waiting]) }
        } catch {
            for waiting in batch { waiting.continuation.resume(throwing: error) }
        }
    }

    private typealias Answers = [Result<LedgerAnswer, LedgerError>]

    private func commit(
        _ operations: [LedgerOperation]
    ) async throws -> Committed<(answers: Answers, directory: Directory)> {
        let (directory, now, lease) = (directory, nowMs(), leaseMs)
        return try await database.commit(within: nil) { session in
            var batch = try LedgerBatch.load(
                for: operations, directory: directory, nowMs: now, leaseMs: lease, from: session)
            let answers = operations.map { operation in
                Result { () throws(LedgerError) in try batch.apply(operation) }
            }
            try batch.write(to: session)
            return (answers, batch.directory)
        }
    }

    private func answer(_ batch: [Waiting], with answers: Answers, mark: CommitMark) {
        var durable: [(Waiting, Result<LedgerAnswer, LedgerError>)] = []
        for (waiting, answer) in zip(batch, answers) {
            if waiting.operation.isDurable {
                durable.append((waiting, answer))
            } else {
                waiting.continuation.resume(with: answer.mapError { $0 as any Error })
            }
        }
        guard !durable.isEmpty else { return }
        numFlushes += 1
        Task { @concurrent [durable] in await flush(mark, before: durable) }
    }

    /// Off the actor, which gathers the next batch meanwhile.
    private nonisolated func flush(
        _ mark: CommitMark, before durable: [(Waiting, Result<LedgerAnswer, LedgerError>)]
    ) async {
        let next = ContinuousClock.now + Self.gathering
        let flushed = await Result.catching { try await database.flush(mark) }
        for (waiting, answer) in durable {
            waiting.continuation.resume(with: flushed.flatMap { answer.mapError { $0 as any Error } })
        }
        try? await Task.sleep(until: next)
        await endFlush()
    }

    private func endFlush() {
        numFlushes -= 1
        startWriting()
        endClosing()
    }
}

extension Result where Failure == any Error {
    fileprivate static func catching(_ body: () async throws -> Success) async -> Result {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}

extension LedgerError {
    init(_ error: any Error) {
        switch error {
        case let error as LedgerError: self = error
        case let error as StoreError: self = .store(error)
        case let error as EntryError: self = .entry(error)
        case is CancellationError: self = .closed
        default: self = .store(.invalid("\(error)"))
        }
    }

    /// Whether another operation of the same batch may go through where this one failed.
    fileprivate var isOfOneOperation: Bool {
        switch self {
        case .store(.conflict), .store(.corrupt), .store(.invalid): true
        default: false
        }
    }
}
