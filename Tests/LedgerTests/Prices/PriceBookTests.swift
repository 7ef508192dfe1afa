import Foundation
import Ledger
import TestSupport
import Testing

@Suite struct PriceBookTests {
    private static let msPerDay: Int64 = 86_400_000

    /// Minutes since Monday 00:00, by the calendar of Foundation.
    private static func minuteOfWeek(_ ms: Int64) throws -> Int {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        let seconds = (ms - (ms % 1000 + 1000) % 1000) / 1000
        let parts = calendar.dateComponents(
            [.weekday, .hour, .minute], from: Date(timeIntervalSince1970: TimeInterval(seconds)))
        let weekday = try #require(parts.weekday), hour = try #require(parts.hour), minute = try #require(parts.minute)
        return (weekday + 5) % 7 * 1440 + hour * 60 + minute
    }

    /// The minutes of the week at which a window is open, each opening walked minute by minute.
    private static func openMinutes(_ window: PriceWindow) -> Set<Int> {
        var open: Set<Int> = []
        for day in window.weekdays.days {
            var minute = window.startMinute
            repeat {
                open.insert(((day - 1) * 1440 + minute) % (7 * 1440))
                minute += 1
            } while minute % 1440 != window.endMinute
        }
        return open
    }

    private static func time(using random: inout some RandomNumberGenerator) -> Int64 {
        let day = Int64.random(in: -25_000...80_000, using: &random)
        let edge: Int64 = [0, 1, -1, 43_200_000, 86_399_999].randomElement(using: &random) ?? 0
        return day * msPerDay + (Bool.random(using: &random) ? edge : Int64.random(in: 0..<msPerDay, using: &random))
    }

    @Test func windowsAreOpenMinuteByMinute() throws {
        var random = SeededGenerator(seed: 19)
        var opened = 0
        for _ in 0..<120 {
            let window = try random.window()
            let open = Self.openMinutes(window)
            for _ in 0..<40 {
                let edge = [window.startMinute, window.endMinute].randomElement(using: &random) ?? 0
                let ms =
                    Bool.random(using: &random)
                    ? Self.time(using: &random)
                    : Int64.random(in: -9999...29_999, using: &random) * Self.msPerDay + Int64(edge) * 60_000
                        + Int64.random(in: -1...1, using: &random)
                let isOpen = open.contains(try Self.minuteOfWeek(ms))
                opened += isOpen ? 1 : 0
                #expect(window.contains(ms: ms) == isOpen, "\(window) at \(ms)")
            }
        }
        #expect((1000...3800).contains(opened))
    }

    /// 2026-11-20 is a Friday.
    @Test(arguments: [
        (20, 21, 59, false), (20, 22, 0, true), (20, 23, 59, true), (21, 0, 0, true), (21, 5, 59, true),
        (21, 6, 0, false), (21, 22, 0, false), (20, 5, 59, false), (22, 0, 0, false), (27, 23, 0, true),
    ])
    func nightsBelongToTheDayOnWhichTheyBegin(day: Int64, hour: Int64, minute: Int64, isOpen: Bool) throws {
        let window = try PriceWindow(
            startMinute: 22 * 60, endMinute: 6 * 60, weekdays: Weekdays([5]), prices: .perToken(input: "0", output: "0")
        )
        let november: Int64 = 1_793_491_200_000  // 2026-11-01T00:00Z
        #expect(window.contains(ms: november + (day - 1) * Self.msPerDay + (hour * 60 + minute) * 60_000) == isOpen)
    }

    @Test func equalMinutesAreADayAndAnyTimeIsAnswered() throws {
        let free = try TokenPrices.perToken(input: "0", output: "0")
        let always = try PriceWindow(startMinute: 600, endMinute: 600, prices: free)
        for ms in [Int64.min, .min + 1, -1, 0, 1, .max] { #expect(always.contains(ms: ms)) }
    }

    private static func naivePrice(
        _ versions: [PriceVersion], _ model: String, _ tier: ServiceTier, _ ms: Int64
    ) throws -> AppliedPrice? {
        var best: PriceVersion?
        for version in versions where version.model == model && version.tier == tier && version.validFromMs <= ms {
            let isLater = best.map { $0.validFromMs < version.validFromMs } ?? true
            let isNewer = best.map { $0.validFromMs == version.validFromMs && $0.number < version.number } ?? true
            if isLater || isNewer { best = version }
        }
        guard let best else { return nil }
        var prices = best.base
        let minute = try minuteOfWeek(ms)
        for window in best.windows.reversed() where openMinutes(window).contains(minute) { prices = window.prices }
        return AppliedPrice(version: best.number, prices: prices)
    }

    @Test func bookIsTheNaiveSearch() throws {
        var random = SeededGenerator(seed: 20)
        let models = ["alpha", "beta"]
        for _ in 0..<60 {
            // Few moments, so that several versions begin at the same one.
            let moments = (0..<4).map { _ in Int64.random(in: 0...40_000_000_000, using: &random) }
            let versions = try (0..<Int.random(in: 0...16, using: &random)).map { number in
                try random.version(
                    number: Int64(number) + 1, model: models.randomElement(using: &random) ?? "alpha",
                    tier: Bool.random(using: &random) ? .standard : .flex,
                    validFromMs: moments.randomElement(using: &random) ?? 0)
            }
            let book = PriceBook(versions.shuffled(using: &random))
            for _ in 0..<20 {
                let moment = moments.randomElement(using: &random) ?? 0
                let ms =
                    moment
                    + ([-1, 0, 1, Int64.random(in: -9_000_000_000...9_000_000_000, using: &random)]
                        .randomElement(using: &random) ?? 0)
                let (model, tier) = (
                    ["alpha", "beta", "gamma"].randomElement(using: &random) ?? "alpha", ServiceTier.flex
                )
                #expect(
                    try book.price(model: model, tier: tier, atMs: ms) == Self.naivePrice(versions, model, tier, ms))
            }
        }
    }

    @Test func laterVersionsTakeOverAndTiesGoToTheHighestNumber() throws {
        var random = SeededGenerator(seed: 21)
        let versions = try [(4, 200), (1, 100), (3, 200), (2, 300)].map { number, validFromMs in
            try random.version(number: number, model: "m", tier: .standard, validFromMs: validFromMs)
        }
        let book = PriceBook(versions)
        let numbers = [0, 99, 100, 199, 200, 299, 300, Int64.max].map {
            book.price(model: "m", tier: .standard, atMs: $0)?.version
        }
        #expect(numbers == [nil, nil, 1, 1, 4, 4, 2, 2])
        #expect(book.price(model: "m", tier: .batch, atMs: 400) == nil)
        #expect(book.version(model: "m", tier: .standard, atMs: 250) == versions[0])
        #expect(PriceBook([]).price(model: "m", tier: .standard, atMs: 0) == nil)
    }
}
