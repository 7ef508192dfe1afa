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

    deinit { gk_pool_destroy(pool) }
}
