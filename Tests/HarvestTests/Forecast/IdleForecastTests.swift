import Foundation
import Harvest
import TestSupport
import Testing

@Suite struct IdleForecastTests {
    static let hour: Int64 = 3_600_000

    /// Exponential idleness has no memory: whatever its age, a spell's rest is the mean. Half of the spells are cut off
    /// by chance; leaving those out would make the forecast a third too short.
    @Test func censoredSpellsDoNotShortenTheForecast() throws {
        var random = SeededGenerator(seed: 4)
        var (forecast, naive) = (IdleForecast(), [Double]())
        let mean = 2.0 * Double(Self.hour)
        for _ in 0..<3500 {
            let spell = -log(Double.random(in: 1e-9..<1, using: &random)) * mean
            let cut = -log(Double.random(in: 1e-9..<1, using: &random)) * mean
            forecast.learn(hourOfWeek: 3, ms: Int64(min(spell, cut)), isEnded: spell <= cut)
            if spell <= cut { naive.append(spell) }
        }
        let curves = forecast.curves(open: [])
        for age in [0, Self.hour, 3 * Self.hour] {
            let prediction = curves.predict(hourOfWeek: 3, ageMs: age, horizonMs: 2 * Self.hour)
            // The mean of the rest, looking two hours ahead: 2 h × (1 - 1/e).
            let expected = mean * (1 - exp(-1))
            #expect(abs(Double(prediction.ms) - expected) < 0.06 * expected, "\(age): \(prediction.ms)")
            #expect(prediction.basis == .hour(numSpells: 3500))
        }
        #expect(naive.reduce(0, +) / Double(naive.count) < 0.6 * mean)
    }

    /// Against the product-limit estimate on the exact times.
    @Test func theCurveIsKaplanMeiersOnBins() {
        var random = SeededGenerator(seed: 8)
        var (forecast, spells) = (IdleForecast(), [(ms: Int64, isEnded: Bool)]())
        for _ in 0..<2000 {
            let ms = Int64.random(in: 10_000...20_000_000, using: &random)
            spells.append((ms, Int.random(in: 0..<3, using: &random) > 0))
        }
        var counts = SpellCounts()
        for spell in spells {
            counts.add(ms: spell.ms, isEnded: spell.isEnded)
            forecast.learn(hourOfWeek: 0, ms: spell.ms, isEnded: spell.isEnded)
        }
        let curve = SurvivalCurve(counts)
        var (alive, atRisk) = (1.0, Double(spells.count))
        for spell in spells.sorted(by: { $0.ms < $1.ms }) {
            if spell.isEnded { alive *= 1 - 1 / atRisk }
            atRisk -= 1
            guard atRisk > 100 else { break }
            #expect(abs(curve.probability(ms: spell.ms) - alive) < 0.04)
        }
    }

    @Test func theCurveOnlyFalls() {
        var random = SeededGenerator(seed: 9)
        for _ in 0..<20 {
            var counts = SpellCounts()
            for _ in 0..<Int.random(in: 1...300, using: &random) {
                let ms = Int64(pow(10, Double.random(in: 0...10, using: &random)))
                counts.add(ms: ms, isEnded: Bool.random(using: &random))
            }
            let curve = SurvivalCurve(counts)
            var last = 1.0
            for exponent in 0..<200 {
                let now = curve.probability(ms: Int64(pow(1.15, Double(exponent))))
                #expect(now <= last + 1e-12 && now >= 0)
                last = now
                let age = Int64(exponent) * 1_000_000
                if let rest = curve.remaining(ageMs: age, horizonMs: 600_000) { #expect((0...600_000).contains(rest)) }
            }
        }
    }

    @Test func withoutHistoryItSaysSo() {
        let curves = IdleForecast().curves(open: [(hourOfWeek: 5, ageMs: 99_000_000)])
        let prediction = curves.predict(hourOfWeek: 5, ageMs: 0, horizonMs: 24 * Self.hour)
        #expect(prediction == IdlePrediction(ms: IdlePrediction.withoutHistoryMs, basis: .none))
        #expect(prediction.explanation.contains("there is no history"))
    }

    @Test func hoursDifferAndAnUnknownHourBorrows() {
        var forecast = IdleForecast()
        for _ in 0..<40 {
            forecast.learn(hourOfWeek: 10, ms: Self.hour / 4, isEnded: true)
            forecast.learn(hourOfWeek: 20, ms: 8 * Self.hour, isEnded: true)
        }
        let curves = forecast.curves(open: [])
        let short = curves.predict(hourOfWeek: 10, ageMs: 0, horizonMs: 24 * Self.hour)
        let long = curves.predict(hourOfWeek: 20, ageMs: 0, horizonMs: 24 * Self.hour)
        let borrowed = curves.predict(hourOfWeek: 99, ageMs: 0, horizonMs: 24 * Self.hour)
        #expect(short.ms < Self.hour / 2 && long.ms > 6 * Self.hour)
        #expect(borrowed.basis == .pool(numSpells: 80) && borrowed.ms > short.ms && borrowed.ms < long.ms)
        // A spell older than any that was seen: the pool's curve knows more, and beyond it nobody does.
        #expect(
            curves.predict(hourOfWeek: 10, ageMs: 2 * Self.hour, horizonMs: Self.hour).basis == .pool(numSpells: 80))
        #expect(curves.predict(hourOfWeek: 20, ageMs: 99 * Self.hour, horizonMs: Self.hour).basis == .none)
    }

    @Test func theForecastFollowsAnOwnerWhoseHabitsChange() {
        var forecast = IdleForecast()
        for _ in 0..<50_000 { forecast.learn(hourOfWeek: 1, ms: 10 * Self.hour, isEnded: true) }
        for _ in 0..<20_000 { forecast.learn(hourOfWeek: 1, ms: Self.hour / 2, isEnded: true) }
        let prediction = forecast.curves(open: []).predict(hourOfWeek: 1, ageMs: 0, horizonMs: 24 * Self.hour)
        #expect(prediction.ms < Self.hour)
        #expect(forecast.numSpells < 5000)
    }
}
