/// How many tokens answers have, in the mean, learned for each tenant and model.
///
/// A tenant of whom little is known is taken for the average of the model, and a model of which little is known for
/// the average of all (shrinkage by `believedAfter` samples).
package struct OutputLengths: Sendable {
    /// Assumed when nothing is known.
    package static let unknown = 256.0
    /// No answer is expected to be longer.
    package static let longest = 1e6

    private struct Mean {
        var tokens: Double
        var samples: Double = 0

        mutating func add(_ value: Double) {
            samples = min(samples + 1, OutputLengths.memory)
            tokens += (value - tokens) / samples
        }

        func shrunk(to other: Double) -> Double {
            (tokens * samples + other * OutputLengths.believedAfter) / (samples + OutputLengths.believedAfter)
        }
    }

    private struct Key: Hashable {
        var tenant: String?
        var model: String
    }

    private var means: [Key: Mean] = [:]
    private var global = Mean(tokens: unknown)
    private let capacity: Int

    /// Samples after which a mean counts as much as what it falls back to, and those that it remembers.
    fileprivate static let believedAfter = 8.0
    fileprivate static let memory = 200.0

    /// - Parameter capacity: pairs of tenants and models that are remembered; when there are more, all start over.
    package init(capacity: Int = 10_000) { self.capacity = max(capacity, 1) }

    /// Means that are remembered.
    package var count: Int { means.count }

    package mutating func observe(tenant: String, model: String, tokens: Int) {
        let tokens = min(Double(max(tokens, 0)), Self.longest)
        if means.count + 2 > capacity { means.removeAll(keepingCapacity: true) }
        global.add(tokens)
        means[Key(tenant: nil, model: model), default: Mean(tokens: tokens)].add(tokens)
        means[Key(tenant: tenant, model: model), default: Mean(tokens: tokens)].add(tokens)
    }

    /// - Parameter limit: the request's own limit of tokens.
    package func expected(tenant: String, model: String, limit: Int) -> Double {
        var tokens = global.shrunk(to: Self.unknown)
        if let mean = means[Key(tenant: nil, model: model)] { tokens = mean.shrunk(to: tokens) }
        if let mean = means[Key(tenant: tenant, model: model)] { tokens = mean.shrunk(to: tokens) }
        return min(max(tokens, 1), Double(max(limit, 1)))
    }
}
