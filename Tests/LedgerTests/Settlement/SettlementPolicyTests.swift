import Ledger
import TestSupport
import Testing

@Suite struct SettlementPolicyTests {
    private func reservation(_ price: AppliedPrice?, promptTokens: Int = 1000, outputTokens: Int = 500) -> Reservation {
        let request = Sample.request(promptTokens: promptTokens, outputTokens: outputTokens, keyID: "glt_0")
        let amount = price?.maximumCharge(promptTokens: promptTokens, maximumOutputTokens: outputTokens) ?? .zero
        return Reservation(request: request, amount: amount, price: price, createdMs: 10, expiresMs: 100)
    }

    private func pools(_ shares: [String]) throws -> [String: Pool] {
        var pools: [String: Pool] = [:]
        for (number, share) in shares.enumerated() {
            pools["p\(number)"] = Pool(
                id: "p\(number)", operatorID: "o\(number)", operatorShare: try #require(Share(share)))
        }
        return pools
    }

    private func settle(
        _ reservation: Reservation, _ outcome: Outcome, _ segments: [SegmentUsage], shares: [String] = ["4/5", "1/3"]
    ) throws -> Settlement {
        try SettlementPolicy(reservation: reservation, pools: try pools(shares), nowMs: 50)
            .settle(SettlementRequest(requestID: Sample.requestID, outcome: outcome, segments: segments))
    }

    private func sum(_ settlement: Settlement, _ account: Account) -> PicoUSD {
        (settlement.entry?.postings ?? []).filter { $0.account == account }.reduce(.zero) { $0 + $1.amount }
    }

    /// Over random requests: the tenant pays the sum of the lines, never more than was reserved; operators and
    /// platform get exactly that, and replays cost the platform alone.
    @Test(arguments: UInt64(1)...300) func nothingIsLostOrMade(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let price = try Sample.price(
            input: .random(in: 0...1_000_000, using: &random), cached: .random(in: 0...1_000_000, using: &random),
            output: .random(in: 0...1_000_000, using: &random))
        let reservation = reservation(price)
        let segments = (0..<Int.random(in: 1...4, using: &random)).map { index in
            let prompt = index == 0 ? Int.random(in: 0...1000, using: &random) : 0
            return SegmentUsage(
                index: index, worker: "w\(index)", pool: "p\(index % 2)", promptTokens: prompt,
                cachedTokens: Int.random(in: 0...prompt, using: &random),
                outputTokens: Int.random(in: 0...200, using: &random),
                replayedTokens: index == 0 ? 0 : Int.random(in: 0...1000, using: &random))
        }
        let settlement = try settle(reservation, .completed, segments)
        let charge = settlement.lines.reduce(PicoUSD.zero) { $0 + $1.charge }
        #expect(charge == settlement.charge && charge <= reservation.amount && charge >= .zero)
        #expect(sum(settlement, .tenant("acme")) == -charge)
        let earned = sum(settlement, .operator("o0")) + sum(settlement, .operator("o1"))
        #expect(earned + sum(settlement, .platform) + sum(settlement, .replay) == charge)
        #expect(sum(settlement, .replay) <= .zero && sum(settlement, .platform) >= .zero)
        #expect(settlement.lines.map(\.segment) == segments)
        #expect(settlement.lines.allSatisfy { $0.entryID == settlement.entry?.id && $0.priceVersion == 1 })
    }

    @Test func aSegmentsChargeIsSplitByItsPool() throws {
        let price = try Sample.price(input: 1, cached: 1, output: 1)
        let segments = [
            SegmentUsage(index: 0, worker: "a", pool: "p0", promptTokens: 7, outputTokens: 1),
            SegmentUsage(index: 1, worker: "b", pool: "p1", promptTokens: 0, outputTokens: 4, replayedTokens: 9),
        ]
        let settlement = try settle(reservation(price), .completed, segments)
        // 8 × 4/5 = 6.4 -> 6; 4 × 1/3 = 1.3 -> 1; the replay 9 × 1/3 = 3 is the platform's cost.
        #expect(sum(settlement, .operator("o0")).pico == 6 && sum(settlement, .operator("o1")).pico == 1 + 3)
        #expect(sum(settlement, .platform).pico == 2 + 3 && sum(settlement, .replay).pico == -3)
        #expect(sum(settlement, .tenant("acme")).pico == -12 && settlement.tokens == 12)
    }

    @Test func cachedTokensHaveTheirOwnPrice() throws {
        let segment = SegmentUsage(worker: "w", pool: "p0", promptTokens: 100, cachedTokens: 60, outputTokens: 10)
        let settlement = try settle(
            reservation(try Sample.price(input: 100, cached: 10, output: 1000)), .completed, [segment])
        #expect(settlement.charge.pico == 40 * 100 + 60 * 10 + 10 * 1000)
    }

    @Test(arguments: [(Outcome.failed, 10), (.completed, 0), (.cancelled, 0), (.expired, 0)])
    func whoGetsNothingPaysNothing(outcome: Outcome, outputTokens: Int) throws {
        let segment = SegmentUsage(worker: "w", pool: "p0", promptTokens: 100, outputTokens: outputTokens)
        let settlement = try settle(reservation(try Sample.price()), outcome, [segment])
        #expect(settlement.charge == .zero && settlement.entry == nil)
        #expect(settlement.lines.map(\.charge) == [.zero] && settlement.lines[0].entryID == nil)
    }

    @Test(arguments: [Outcome.cancelled, .expired]) func whatWasDeliveredIsPaid(outcome: Outcome) throws {
        let segment = SegmentUsage(worker: "w", pool: "p0", promptTokens: 1, outputTokens: 3, unsentTokens: 9)
        let settlement = try settle(reservation(try Sample.price(input: 5, cached: 5, output: 10)), outcome, [segment])
        #expect(settlement.charge.pico == 5 + 30, "what was generated and not sent is nobody's")
    }

    @Test func nobodyPaysMoreThanWasReserved() throws {
        let price = try Sample.price()
        let reservation = reservation(price, promptTokens: 10, outputTokens: 10)
        let segments = (0..<3).map {
            SegmentUsage(index: $0, worker: "w", pool: "p0", promptTokens: 10, outputTokens: 10)
        }
        let settlement = try settle(reservation, .completed, segments)
        #expect(settlement.charge == reservation.amount)
        #expect(settlement.lines.map(\.charge) == [reservation.amount, .zero, .zero])
    }

    @Test func aModelWithoutAPriceIsCountedAndFree() throws {
        let segment = SegmentUsage(worker: "w", pool: "p0", promptTokens: 5, outputTokens: 5, replayedTokens: 5)
        let settlement = try settle(reservation(nil), .completed, [segment])
        #expect(settlement.charge == .zero && settlement.entry == nil && settlement.tokens == 10)
        #expect(settlement.lines.map(\.priceVersion) == [nil])
    }

    @Test(arguments: [
        SegmentUsage(worker: "w", pool: "p0", promptTokens: -1, outputTokens: 1),
        SegmentUsage(worker: "w", pool: "p0", promptTokens: 1, outputTokens: -1),
        SegmentUsage(worker: "w", pool: "p0", promptTokens: 1, cachedTokens: 2, outputTokens: 1),
        SegmentUsage(worker: "w", pool: "p0", promptTokens: 1, outputTokens: .max),
        SegmentUsage(index: -1, worker: "w", pool: "p0", promptTokens: 1, outputTokens: 1),
        SegmentUsage(worker: "", pool: "p0", promptTokens: 1, outputTokens: 1),
    ])
    func usageThatContradictsItselfIsRefused(segment: SegmentUsage) throws {
        #expect(throws: SettlementError.unsound(Sample.requestID)) {
            try settle(reservation(try Sample.price()), .completed, [segment])
        }
    }

    @Test func segmentsAreNumberedOnce() throws {
        let segment = SegmentUsage(worker: "w", pool: "p0", promptTokens: 1, outputTokens: 1)
        #expect(throws: SettlementError.unsound(Sample.requestID)) {
            try settle(reservation(try Sample.price()), .completed, [segment, segment])
        }
        let unknown = SegmentUsage(worker: "w", pool: "elsewhere", promptTokens: 1, outputTokens: 1)
        #expect(throws: SettlementError.unknownPool("elsewhere")) {
            try settle(reservation(try Sample.price()), .completed, [unknown])
        }
    }

    /// The split in two is the largest-remainder split.
    @Test(arguments: UInt64(1)...200) func twoPartsAreALargestRemainderSplit(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let denominator = Int64.random(in: 1...1_000_000_007, using: &random)
        let share = try #require(
            Share(numerator: .random(in: 0...denominator, using: &random), denominator: denominator))
        let amount = PicoUSD(pico: .random(in: -(1 << 100)...(1 << 100), using: &random))
        let (part, rest) = amount.split(share)
        #expect(try amount.split([share, share.complement]) == [part, rest])
    }
}
