/// The largest sizes a config may name. They are far above every published model, and small enough that
/// products of two or three of them cannot overflow.
enum Limits {
    static let vocabulary = 1...(1 << 24)
    static let hidden = 1...(1 << 18)
    static let layers = 1...4096
    static let heads = 1...8192
    static let headWidth = 16...4096
    static let feedForward = 1...(1 << 21)
    /// Positions are 32-bit in the kernels.
    static let context = 1...(1 << 30)
    static let epsilon = 1e-12...1.0
    static let rotaryBase = 1.5...1e15
    static let scalingFactor = 1.0...1e6
    static let frequencyFactor = 1e-6...1e6
    static let attentionFactor = 1e-3...1e3
}
