/// Why a backend could not be made.
package enum BackendSetupError: Error, Equatable, CustomStringConvertible {
    /// A number of KV blocks that is not positive or whose bytes cannot be addressed.
    case blockCount(Int, bytesPerBlock: Int)
    case threads(Int)
    /// The processor or the build lacks it.
    case instructionSet(InstructionSet)
    case memory(bytes: Int, what: String, code: Int32)
    /// The system started no thread.
    case threadsRefused(Int)

    package var description: String {
        switch self {
        case .blockCount(let count, let bytes):
            "\(count) KV blocks of \(bytes) bytes is not a usable cache size; choose another one."
        case .threads(let count):
            "\(count) is not a number of threads; use 1 to \(CPUDevice.maximumThreads)."
        case .instructionSet(let set):
            "This processor does not run \(set.rawValue) kernels; "
                + "use \(InstructionSet.available.map(\.rawValue).joined(separator: ", "))."
        case .memory(let bytes, let what, let code):
            "The system gave no \(bytes) bytes for \(what) (error \(code)); ask for less."
        case .threadsRefused(let count):
            "The system did not start \(count) threads; use fewer."
        }
    }
}
