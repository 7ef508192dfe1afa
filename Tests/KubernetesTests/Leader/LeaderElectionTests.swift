import JSON
import Kubernetes
import TestSupport
import Testing

@Suite struct LeaderElectionTests {
    /// The lease as a server has it.
    private struct Server {
        var spec: JSONObject?
        var version = 0

        var lease: Lease? {
            get throws {
                try spec.map {
                    try Lease(Sample.json("lease", uid: "lease", version: version, with: [("spec", .object($0))]))
                }
            }
        }

        /// Whether it was written.
        mutating func write(_ action: LeaderElection.Action, by identity: String, at time: Int) -> Bool {
            var new = spec ?? JSONObject()
            switch action {
            case .wait: return false
            case .create: guard spec == nil else { return false }
            case .take(let version, _), .renew(let version):
                guard spec != nil, version == String(self.version) else { return false }
            }
            if case .take(_, let transitions) = action { new["leaseTransitions"] = .int(transitions) }
            new["holderIdentity"] = .string(identity)
            new["leaseDurationSeconds"] = 15
            // Times of day are nonsense here on purpose: nobody may rely on them.
            new["renewTime"] = .string(Timestamp(microseconds: time).micro)
            (spec, version) = (new, version + 1)
            return true
        }
    }

    private struct Contender {
        var election: LeaderElection
        /// Its clock goes faster or slower than the others', and started elsewhere.
        let offset: Duration
        var isAlive = true
        /// An answer that has not come yet: what it says, when it was sent, when it comes.
        var pending: (action: LeaderElection.Action, sent: Duration, arrives: Int)?
    }

    /// Contenders whose requests take time, get lost and cross each other, and who die and come back.
    @Test func thereAreNeverTwoLeaders() throws {
        for seed in 0..<60 {
            var generator = SeededGenerator(seed: UInt64(seed))
            var server = Server()
            var contenders = (0..<3).map { number in
                Contender(
                    election: LeaderElection(identity: "c\(number)"),
                    offset: .seconds(Int.random(in: 0..<100_000, using: &generator)))
            }
            var led = Set<Int>()
            for tick in 0..<3000 {
                for number in contenders.indices {
                    try step(&contenders[number], &server, tick: tick, faults: tick < 2400, using: &generator)
                }
                let leaders = contenders.indices.filter {
                    contenders[$0].election.leads(at: now(tick, contenders[$0]))
                }
                #expect(leaders.count <= 1, "seed \(seed), tick \(tick)")
                led.formUnion(leaders)
                if leaders.count > 1 { return }
            }
            #expect(contenders.contains { $0.election.leads(at: now(2999, $0)) }, "in peace somebody leads")
            #expect(!led.isEmpty)
        }
    }

    /// Ticks of 100 ms.
    private func now(_ tick: Int, _ contender: Contender) -> Duration { contender.offset + .milliseconds(100 * tick) }

    private func step(
        _ contender: inout Contender, _ server: inout Server, tick: Int, faults: Bool,
        using generator: inout SeededGenerator
    ) throws {
        if faults, Int.random(in: 0..<400, using: &generator) == 0 { contender.isAlive.toggle() }
        if !faults { contender.isAlive = true }
        guard contender.isAlive else { return }
        let now = now(tick, contender)
        if let pending = contender.pending {
            guard tick >= pending.arrives else { return }
            contender.pending = nil
            let isLost = faults && Int.random(in: 0..<5, using: &generator) == 0
            let isWritten = server.write(pending.action, by: contender.election.identity, at: tick * 7919 % 1000)
            if isWritten, !isLost { contender.election.wrote(sentAt: pending.sent) }
        } else if tick % 20 == 0 {
            let action = contender.election.decide(try server.lease, at: now)
            let delay = Int.random(in: 1..<(faults ? 40 : 4), using: &generator)
            contender.pending = (action, now, tick + delay)
        }
    }

    private func lease(holder: String?, seconds: JSON = 15, version: Int = 1) throws -> Lease {
        let spec: JSON = [
            "holderIdentity": holder.map { .string($0) } ?? .null, "leaseDurationSeconds": seconds,
            "leaseTransitions": .int(.max),
        ]
        return try Lease(Sample.json("l", version: version, with: [("spec", spec)]))
    }

    @Test func aFreeLeaseIsTakenAtOnce() throws {
        var election = LeaderElection(identity: "me")
        #expect(election.decide(nil, at: .zero) == .create)
        #expect(election.decide(try lease(holder: nil), at: .zero) == .take(resourceVersion: "1", transitions: 0))
        #expect(election.decide(try lease(holder: ""), at: .zero) == .take(resourceVersion: "1", transitions: 0))
        #expect(!election.leads(at: .zero))
    }

    @Test func anothersLeaseIsTakenWhenItsHolderIsSilent() throws {
        var election = LeaderElection(identity: "me")
        let held = try lease(holder: "other")
        #expect(election.decide(held, at: .seconds(100)) == .wait)
        #expect(election.decide(held, at: .seconds(114)) == .wait)
        #expect(election.decide(held, at: .seconds(115)) == .take(resourceVersion: "1", transitions: 0))
        election.wrote(sentAt: .seconds(115))
        #expect(election.leads(at: .seconds(124)) && !election.leads(at: .seconds(125)))
        #expect(election.remaining(at: .seconds(121)) == .seconds(4))
        #expect(election.decide(held, at: .seconds(120)) != .wait)
        #expect(!election.leads(at: .seconds(120)), "another has it again")
    }

    @Test(arguments: [0, -5, 1_000_000_000, "long", 1] as [JSON])
    func anothersWordOnItsLeaseIsBounded(_ seconds: JSON) throws {
        var election = LeaderElection(identity: "me")
        let held = try lease(holder: "other", seconds: seconds)
        #expect(election.decide(held, at: .zero) == .wait)
        #expect(election.decide(held, at: .seconds(14)) == .wait)
        #expect(election.decide(held, at: .seconds(15)) != .wait)
    }

    @Test func aLongerLeaseIsRespected() throws {
        var election = LeaderElection(identity: "me")
        let held = try lease(holder: "other", seconds: 60)
        #expect(election.decide(held, at: .zero) == .wait)
        #expect(election.decide(held, at: .seconds(59)) == .wait)
        #expect(election.decide(held, at: .seconds(60)) != .wait)
    }
}
