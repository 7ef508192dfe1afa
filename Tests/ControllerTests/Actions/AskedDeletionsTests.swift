import Controller
import Testing

@Suite(.timeLimit(.minutes(10))) struct AskedDeletionsTests {
    @Test func eachIsAskedAtOnceAndNotTwiceAtATime() {
        var asked = AskedDeletions()
        let first = asked.begin("a", at: .zero)
        let again = asked.begin("a", at: .seconds(100))
        let other = asked.begin("b", at: .zero)
        #expect(first && !again && other)
        #expect(asked.againAt == nil, "whoever is being asked is not asked again, however long it takes")
    }

    @Test func whatTheServerTookIsAskedAgainOnlyAfterAWhile() {
        var asked = AskedDeletions()
        _ = asked.begin("a", at: .zero)
        asked.done("a", at: .seconds(1))
        let early = asked.begin("a", at: .milliseconds(5999))
        #expect(!early && asked.againAt == .seconds(6))
        let late = asked.begin("a", at: .seconds(6))
        #expect(late)
    }

    /// An owner waits: however long the server wants to be left alone, it is asked again within seconds.
    @Test func aFailureIsTriedAgainEverLaterButWithinSeconds() {
        var (asked, now, waits) = (AskedDeletions(), Duration.zero, [Duration]())
        for _ in 0..<8 {
            let isDue = asked.begin("a", at: now)
            #expect(isDue)
            asked.failed("a", at: now, chance: 1, least: nil)
            waits.append((asked.againAt ?? .zero) - now)
            now = asked.againAt ?? now
        }
        #expect(waits == waits.sorted() && waits.first == .milliseconds(200) && waits.last == .seconds(5))
        _ = asked.begin("a", at: now)
        asked.failed("a", at: now, chance: 1, least: .seconds(3600))
        #expect((asked.againAt ?? .zero) - now == .seconds(5))
    }

    @Test func whatNobodyWantsGoneIsForgotten() {
        var asked = AskedDeletions()
        for uid in ["a", "b", "c"] { _ = asked.begin(uid, at: .zero) }
        for uid in ["a", "b"] { asked.done(uid, at: .zero) }
        asked.keep(["a"])
        let states = ["a", "b", "c"].map { uid in
            var copy = asked
            return copy.begin(uid, at: .zero)
        }
        #expect(states == [false, true, false], "what is being asked stays known")
    }
}
