/// How long a pool's accelerators stay free, learned from the spells that were seen: one curve for each hour of the week
/// in which a spell began, and one for all hours. 169 × 0.5 KB.
package struct IdleForecast: Sendable {
    private var hours: [SpellCounts] = Array(repeating: SpellCounts(), count: 168)
    private var all = SpellCounts()

    package init() {}

    /// - Parameters:
    ///   - isEnded: whether the owner took the accelerator; otherwise it was out of sight from then on.
    package mutating func learn(hourOfWeek: Int, ms: Int64, isEnded: Bool) {
        guard hours.indices.contains(hourOfWeek), ms >= 0 else { return }
        hours[hourOfWeek].add(ms: ms, isEnded: isEnded)
        all.add(ms: ms, isEnded: isEnded)
    }

    package var numSpells: Int { all.total }

    /// The curves as of now, the spells that go on included: without them only short spells would be known at first.
    package func curves(open: [(hourOfWeek: Int, ageMs: Int64)]) -> ForecastCurves {
        var (hours, all) = (hours, all)
        for spell in open where hours.indices.contains(spell.hourOfWeek) {
            hours[spell.hourOfWeek].add(ms: spell.ageMs, isEnded: false)
            all.add(ms: spell.ageMs, isEnded: false)
        }
        return ForecastCurves(hours: hours, all: all)
    }
}

/// What a forecast says at one moment.
package struct ForecastCurves: Sendable {
    private let hours: [SurvivalCurve?]
    private let all: SurvivalCurve?

    /// With fewer ends than this a curve is chance.
    package static let leastEnded = 5

    init(hours: [SpellCounts], all: SpellCounts) {
        self.hours = hours.map { $0.numEnded >= Self.leastEnded ? SurvivalCurve($0) : nil }
        self.all = all.numEnded >= Self.leastEnded ? SurvivalCurve(all) : nil
    }

    /// How much longer an accelerator stays free that has been free for `ageMs` since that hour of the week.
    package func predict(hourOfWeek: Int, ageMs: Int64, horizonMs: Int64) -> IdlePrediction {
        let hour = hours.indices.contains(hourOfWeek) ? hours[hourOfWeek] : nil
        if let hour, let ms = hour.remaining(ageMs: ageMs, horizonMs: horizonMs) {
            return IdlePrediction(ms: ms, basis: .hour(numSpells: hour.numSpells))
        }
        if let all, let ms = all.remaining(ageMs: ageMs, horizonMs: horizonMs) {
            return IdlePrediction(ms: ms, basis: .pool(numSpells: all.numSpells))
        }
        return IdlePrediction(ms: min(horizonMs, IdlePrediction.withoutHistoryMs), basis: .none)
    }
}

/// How much longer an accelerator is expected to stay free, and on what that rests.
package struct IdlePrediction: Sendable, Hashable {
    package enum Basis: Sendable, Hashable {
        case hour(numSpells: Int)
        case pool(numSpells: Int)
        /// No history, or none of a spell so old.
        case none
    }

    package let ms: Int64
    package let basis: Basis

    package init(ms: Int64, basis: Basis) {
        self.ms = ms
        self.basis = basis
    }

    /// What is assumed while nothing is known.
    package static let withoutHistoryMs: Int64 = 1_800_000

    package var explanation: String {
        let time = DurationText.text(ms: ms)
        switch basis {
        case .hour(let count): return "\(time) more of idleness by \(count) spells that began in this hour of the week"
        case .pool(let count): return "\(time) more of idleness by \(count) spells of the pool"
        case .none: return "\(time) assumed, for there is no history of such a spell yet"
        }
    }
}
