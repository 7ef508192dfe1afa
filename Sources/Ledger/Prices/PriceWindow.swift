/// Prices for a part of the day on some weekdays, in UTC.
///
/// The window opens at `startMinute` of each of its weekdays and closes before `endMinute`, on the next day if that is
/// not later: 22:00 to 06:00 on Friday (5) is open on Saturday at 05:59 and closed on Friday at 05:59. With equal
/// minutes it is open for 24 hours.
package struct PriceWindow: Sendable, Hashable {
    /// Minute of the day, 0...1439.
    package let startMinute: Int
    /// Minute of the day, 0...1439; not part of the window.
    package let endMinute: Int
    /// The days on which the window opens.
    package let weekdays: Weekdays
    package let prices: TokenPrices

    /// - Throws: `PriceError` for a minute out of 0...1439.
    package init(
        startMinute: Int, endMinute: Int, weekdays: Weekdays = .everyDay, prices: TokenPrices
    ) throws(PriceError) {
        try self.init(startMinute: startMinute, endMinute: endMinute, weekdays: weekdays, prices: prices, at: "")
    }

    init(
        startMinute: Int, endMinute: Int, weekdays: Weekdays, prices: TokenPrices, at path: String
    ) throws(PriceError) {
        for (name, minute) in [(PriceMember.start, startMinute), (PriceMember.end, endMinute)] {
            guard (0..<UTCMinute.minutesPerDay).contains(minute) else {
                throw PriceError(PriceError.join(path, name), .minute(minute))
            }
        }
        self.startMinute = startMinute
        self.endMinute = endMinute
        self.weekdays = weekdays
        self.prices = prices
    }

    /// Whether the window is open at a moment (Unix milliseconds).
    ///
    /// It is open for at most a day, so only its last opening can count: today's if that is over, else yesterday's.
    package func contains(ms: Int64) -> Bool {
        let now = UTCMinute(unixMs: ms)
        let openedToday = now.minute >= startMinute
        let openFor = now.minute - startMinute + (openedToday ? 0 : UTCMinute.minutesPerDay)
        return openFor < lengthMinutes && weekdays.contains(UTCMinute.weekday(of: openedToday ? now.day : now.day - 1))
    }

    /// 1...1440.
    private var lengthMinutes: Int {
        endMinute > startMinute ? endMinute - startMinute : endMinute - startMinute + UTCMinute.minutesPerDay
    }
}
