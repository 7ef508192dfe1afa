import OpenAI
import Routing

/// How fast tokens go through a gateway, by looking at its meters now and then. Pure.
struct TrafficRates: Sendable {
    /// A worker's meter of one model.
    struct Key: Sendable, Hashable {
        /// As long as the worker is there, none other has it.
        let member: ObjectIdentifier
        let model: String
    }

    /// What a meter shows now.
    struct Reading: Sendable {
        let key: Key
        let count: TokenMeter.Count
        /// The worker says that it has no room for more.
        let isFull: Bool
    }

    private struct Spot: Sendable {
        var last: TokenMeter.Count
        var generated = WorkRate(windowMs: TrafficRates.workerWindowMs)
        /// How many looks in a row found it full.
        var fullLooks = 0
    }

    private struct Stream: Sendable {
        var generated = WorkRate(windowMs: TrafficRates.modelWindowMs)
        var prompt = WorkRate(windowMs: TrafficRates.modelWindowMs)
        var refused = WorkRate(windowMs: TrafficRates.modelWindowMs)

        /// Its window has passed without a token: a first request is no flood.
        init() { advance(byMs: TrafficRates.modelWindowMs) }

        var isSilent: Bool { generated.work + prompt.work + refused.work == 0 }

        mutating func advance(byMs ms: Int64) {
            generated.advance(byMs: ms)
            prompt.advance(byMs: ms)
            refused.advance(byMs: ms)
        }
    }

    private var spots: [Key: Spot] = [:]
    private var models: [String: Stream] = [:]
    private var nowMs: Int64?

    /// How far back is looked at a worker, whose speed is wanted, and at a model, whose demand is.
    static let workerWindowMs: Int64 = 10_000
    static let modelWindowMs: Int64 = 60_000
    /// Looks that must find a worker full before its speed is what it can do: more than its window.
    static let fullLooks = 10
    /// Clients name models: more than these are not told apart.
    static let mostModels = 4096

    /// Looks at all meters. The time between two looks is about a second.
    mutating func look(_ readings: [Reading], nowMs: Int64) {
        let passed = max(0, nowMs - (self.nowMs ?? nowMs))
        self.nowMs = max(nowMs, self.nowMs ?? nowMs)
        for model in Array(models.keys) { models[model]?.advance(byMs: passed) }
        models = models.filter { !$0.value.isSilent }
        var seen: [Key: Spot] = [:]
        for reading in readings {
            // What it counted before it was first seen came since the last look.
            var spot = spots[reading.key] ?? Spot(last: TokenMeter.Count())
            spot.generated.advance(byMs: passed)
            let generated = Int64(max(0, reading.count.generated - spot.last.generated))
            let prompt = Int64(max(0, reading.count.prompt - spot.last.prompt))
            spot.generated.add(generated)
            spot.last = reading.count
            spot.fullLooks = reading.isFull ? min(spot.fullLooks + 1, Self.fullLooks) : 0
            seen[reading.key] = spot
            guard generated + prompt > 0 else { continue }
            change(reading.key.model) {
                $0.generated.add(generated)
                $0.prompt.add(prompt)
            }
        }
        spots = seen
    }

    /// An answer of which so many tokens were expected was turned away.
    mutating func refuse(_ model: String, tokens: Double) {
        change(model) { $0.refused.add(Int64(min(max(0, tokens), OutputLengths.longest))) }
    }

    private mutating func change(_ model: String, _ body: (inout Stream) -> Void) {
        guard models[model] != nil || models.count < Self.mostModels else { return }
        body(&models[model, default: Stream()])
    }

    /// Tokens a second from a worker, and whether it could not do more.
    func worker(_ key: Key) -> (tokensPerSecond: Double, isFull: Bool) {
        guard let spot = spots[key] else { return (0, false) }
        return (spot.generated.perSecond ?? 0, spot.fullLooks >= Self.fullLooks)
    }

    var modelNames: [String] { Array(models.keys) }

    /// The rates of a model; nothing of what waits.
    func model(_ id: String) -> FleetReport.Model {
        var report = FleetReport.Model(id: id)
        guard let stream = models[id] else { return report }
        report.servedTokensPerSecond = stream.generated.perSecond ?? 0
        report.promptTokensPerSecond = stream.prompt.perSecond ?? 0
        report.refusedTokensPerSecond = stream.refused.perSecond ?? 0
        return report
    }
}
