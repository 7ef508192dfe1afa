/// Does the operations of many callers in one transaction (group commit): while one batch is written, the next
/// gathers.
///
/// An admission is answered when its transaction is committed. What must survive a loss of power is answered
/// after a flush, which many batches share, and which never holds up the next batch. Every operation carries an
/// id from its source and is decided on what the database says, so that doing one again changes nothing.
actor LedgerWriter {
    private struct Waiting {
        let operation: LedgerOperation
        let continuation: CheckedContinuation<LedgerAnswer, any Error>
    }

    private let database: any SQLDatabase
    private let nowMs: @Sendable () -> Int64
    private let leaseMs: Int64
    private var directory = Directory()
    private var queue: [Waiting] = []
    private var isWriting = false
    /// Flushes under way, each with answers that wait for it.
    private var numFlushes = 0
    private var isClosed = false
    private var closers: [CheckedContinuation<Void, Never>] = []

    /// The most operations of one transaction: keeps a batch under some tens of milliseconds.
    private static let maximumBatch = 512

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
                queue.append(Waiting(operation: operation, continuation: continuation))
                if !isWriting {
                    isWriting = true
                    Task { await drain() }
                }
            }
        } catch {
            throw LedgerError(error)
        }
    }

    /// Refuses what comes now, and returns when what waits is written, flushed and answered. The database's deadlines
    /// bound how long that takes.
    func close() async {
        isClosed = true
        guard isWriting || numFlushes > 0 else { return }
        await withCheckedContinuation { closers.append($0) }
    }

    private func endClosing() {
        guard isClosed, !isWriting, numFlushes == 0 else { return }
        for closer in closers { closer.resume() }
        closers.removeAll()
    }

    private func drain() async {
        while !queue.isEmpty {
            let batch = Array(queue.prefix(Self.maximumBatch))
            queue.removeFirst(batch.count)
            await write(batch)
        }
        isWriting = false
        endClosing()
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
        let flushed = await Result.catching { try await database.flush(mark) }
        for (waiting, answer) in durable {
            waiting.continuation.resume(with: flushed.flatMap { answer.mapError { $0 as any Error } })
        }
        await endFlush()
    }

    private func endFlush() {
        numFlushes -= 1
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
