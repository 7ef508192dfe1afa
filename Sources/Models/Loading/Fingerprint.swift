import Weights

/// A short text that tells models apart whose KV blocks must not be mixed.
///
/// FNV-1a (Fowler, Noll, Vo) with 64 bits over the spec and, for each tensor, its name, type, shape and eight
/// evenly spaced windows of 64 bytes. Fine-tunes change nearly every byte of every tensor, so samples tell them
/// apart; reading all bytes would double the time to load. Not a defence against someone who forges weights:
/// who can change the model can change every answer anyway.
struct Fingerprint {
    private static let windows = 8
    private static let windowBytes = 64
    private let prefix: String
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    init(_ spec: ModelSpec, _ tensors: [Tensor]) {
        prefix = "\(spec.architecture)-\(spec.layers.count)x\(spec.hiddenSize)"
        add("\(spec)")
        tensors.forEach { add($0) }
    }

    /// Such as "qwen2-24x896-0f3c…".
    var text: String {
        let digits = String(hash, radix: 16)
        return prefix + "-" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    private mutating func add(_ tensor: Tensor) {
        add("\(tensor.name) \(tensor.type.name) \(tensor.shape)")
        tensor.withBytes { bytes in
            let last = max(0, bytes.count - Fingerprint.windowBytes)
            for window in 0..<Fingerprint.windows {
                let start = last / (Fingerprint.windows - 1) * window
                add(bytes[start..<min(start + Fingerprint.windowBytes, bytes.count)])
            }
        }
    }

    private mutating func add(_ text: String) { add(text.utf8) }

    private mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
}
