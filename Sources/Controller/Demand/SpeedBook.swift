/// How fast full workers were seen to be, by model and by the product of their accelerators. Pure.
package struct SpeedBook: Sendable {
    private struct Key: Sendable, Hashable {
        let model: String
        let product: String
    }

    private var speeds: [Key: Double] = [:]

    /// Beyond these nothing new is learned.
    static let mostKeys = 4096
    /// What one more look counts: the last twenty or so are remembered.
    static let weight = 0.05

    package init() {}

    package mutating func learn(_ model: String, product: String, tokensPerSecond: Double) {
        guard tokensPerSecond >= 1, tokensPerSecond <= 1e8 else { return }
        let key = Key(model: model, product: product)
        guard let known = speeds[key] else {
            if speeds.count < Self.mostKeys { speeds[key] = tokensPerSecond }
            return
        }
        speeds[key] = known + (tokensPerSecond - known) * Self.weight
    }

    /// Tokens a second, by product.
    package func speeds(of model: String) -> [String: Int] {
        var result: [String: Int] = [:]
        for (key, speed) in speeds where key.model == model { result[key.product] = Int(speed.rounded()) }
        return result
    }
}
