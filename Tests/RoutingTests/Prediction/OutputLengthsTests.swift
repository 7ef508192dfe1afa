import Routing
import Testing

@Suite struct OutputLengthsTests {
    @Test func whoIsUnknownIsTakenForTheAverage() {
        var lengths = OutputLengths()
        #expect(lengths.expected(tenant: "a", model: "m", limit: 10_000) == OutputLengths.unknown)
        for _ in 0..<200 { lengths.observe(tenant: "a", model: "m", tokens: 1000) }
        for _ in 0..<200 { lengths.observe(tenant: "b", model: "m", tokens: 20) }
        #expect(abs(lengths.expected(tenant: "a", model: "m", limit: 10_000) - 1000) < 60)
        #expect(abs(lengths.expected(tenant: "b", model: "m", limit: 10_000) - 20) < 40)
        let stranger = lengths.expected(tenant: "c", model: "m", limit: 10_000)
        #expect(stranger > 200 && stranger < 700)
        let elsewhere = lengths.expected(tenant: "c", model: "other", limit: 10_000)
        #expect(elsewhere > 200 && elsewhere < 700)
    }

    @Test func aChangeIsFollowed() {
        var lengths = OutputLengths()
        for _ in 0..<1000 { lengths.observe(tenant: "a", model: "m", tokens: 10) }
        for _ in 0..<1000 { lengths.observe(tenant: "a", model: "m", tokens: 500) }
        #expect(lengths.expected(tenant: "a", model: "m", limit: 10_000) > 450)
    }

    @Test func theLimitOfTheRequestHolds() {
        var lengths = OutputLengths()
        lengths.observe(tenant: "a", model: "m", tokens: .max)
        lengths.observe(tenant: "a", model: "m", tokens: .min)
        #expect(lengths.expected(tenant: "a", model: "m", limit: 16) == 16)
        #expect(lengths.expected(tenant: "a", model: "m", limit: -1) == 1)
    }

    @Test func manyTenantsTakeBoundedRoom() {
        var lengths = OutputLengths(capacity: 100)
        for tenant in 0..<10_000 { lengths.observe(tenant: "\(tenant)", model: "m", tokens: 40) }
        #expect(lengths.count <= 100)
        #expect(lengths.expected(tenant: "new", model: "m", limit: 1000) < 100)
    }
}
