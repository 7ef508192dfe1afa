/// A set of weekdays, numbered as in ISO 8601 from 1 (Monday) to 7 (Sunday); never empty.
package struct Weekdays: Sendable, Hashable {
    /// Bit d - 1 for day d.
    private let bits: UInt8

    package static let everyDay = Weekdays(bits: 0b111_1111)

    private init(bits: UInt8) { self.bits = bits }

    /// - Throws: `PriceError` for no day, a day out of 1...7 or a day named twice.
    package init(_ days: some Sequence<Int>) throws(PriceError) {
        try self.init(days, at: "weekdays")
    }

    init(_ days: some Sequence<Int>, at field: String) throws(PriceError) {
        var bits: UInt8 = 0
        for day in days {
            guard (1...7).contains(day) else { throw PriceError(field, .weekday(day)) }
            guard bits & Self.bit(day) == 0 else { throw PriceError(field, .repeatedWeekday(day)) }
            bits |= Self.bit(day)
        }
        guard bits != 0 else { throw PriceError(field, .noWeekdays) }
        self.init(bits: bits)
    }

    /// The days in ascending order.
    package var days: [Int] { (1...7).filter(contains) }

    package func contains(_ day: Int) -> Bool { (1...7).contains(day) && bits & Self.bit(day) != 0 }

    private static func bit(_ day: Int) -> UInt8 { 1 << (day - 1) }
}
