import CKernels

/// The kernels and the thread pool of one engine thread.
final class CPUDevice {
    static let maximumThreads = 1024
    let kernels: OpaquePointer
    let pool: OpaquePointer

    init(threads: Int, instructionSet: InstructionSet) throws(BackendSetupError) {
        guard (1...CPUDevice.maximumThreads).contains(threads) else { throw .threads(threads) }
        guard let kernels = instructionSet.kernels else { throw .instructionSet(instructionSet) }
        guard let pool = gk_pool_create(threads) else { throw .threadsRefused(threads) }
        self.kernels = kernels
        self.pool = pool
    }

    /// Lets `shouldAbandon` stop the operations of `body` between any two pieces of a few milliseconds.
    ///
    /// - Throws: `.abandoned` when it did: what the operations were to compute is undefined then.
    func run(
        shouldAbandon: () -> Bool, _ body: () throws(BackendError) -> Void
    ) throws(BackendError) {
        try withoutActuallyEscaping(shouldAbandon) { ask throws(BackendError) in
            let watch = Watch(ask)
            gk_pool_watch(pool, Watch.ask, Unmanaged.passUnretained(watch).toOpaque())
            defer { withExtendedLifetime(watch) { gk_pool_watch(pool, nil, nil) } }
            try body()
            if gk_pool_is_stopped(pool) { throw .abandoned }
        }
    }

    /// A safepoint: throws `.abandoned` when the running operations were stopped or are to be.
    func checkpoint() throws(BackendError) {
        // The question goes through the pool, which remembers the answer.
        gk_pool_run(pool, 1, { _, _, _ in }, nil)
        if gk_pool_is_stopped(pool) { throw .abandoned }
    }

    deinit { gk_pool_destroy(pool) }
}

/// A question of Swift's that the kernels' pool asks.
private final class Watch {
    private let question: () -> Bool
    init(_ question: @escaping () -> Bool) { self.question = question }

    static let ask: gk_watch = { context in
        guard let context else { return false }
        return Unmanaged<Watch>.fromOpaque(context).takeUnretainedValue().question()
    }
}
