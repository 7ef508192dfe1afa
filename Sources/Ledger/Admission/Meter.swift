/// What a tenant or a key has under way and has used: everything that its limits are held against.
package struct Meter: Sendable, Hashable {
    /// The most that open requests can still cost.
    package var reserved = PicoUSD.zero
    package var numOpen = 0
    /// Of the calendar month `month`.
    package var spent = PicoUSD.zero
    /// Months since January of year 0, in UTC.
    package var month: Int64 = 0
    package var requests = RateBucket()
    package var tokens = RateBucket()

    package init() {}

    /// A request is over: what was set aside for it is free again, and what it cost is spent.
    /// - Parameter unusedTokens: of those that it was admitted with.
    package mutating func release(_ reservation: Reservation, charge: PicoUSD, unusedTokens: Int, nowMs: Int64) {
        spend(charge, nowMs: nowMs)
        reserved -= reservation.amount
        numOpen -= 1
        tokens.giveBack(unusedTokens)
    }

    /// A request is over for which nothing is set aside any more.
    package mutating func spend(_ charge: PicoUSD, nowMs: Int64) {
        enter(monthOf: nowMs)
        spent += charge
    }

    /// Begins a new month when there is one. A clock that went back stays in the month that it had reached.
    package mutating func enter(monthOf timeMs: Int64) {
        let now = CalendarMonth(containingMs: timeMs).index
        guard now > month else { return }
        month = now
        spent = .zero
    }
}

/// Whose meter it is.
package enum MeterID: Sendable, Hashable {
    case tenant(String)
    case key(String)

    /// Its name in the database.
    package var name: String {
        switch self {
        case .tenant(let id): "tenant:" + id
        case .key(let id): "key:" + id
        }
    }
}
